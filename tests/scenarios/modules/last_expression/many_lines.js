import "cloudflare:workers";
const rows = await Promise.all([
  1,
  2,
]);
rows.map((row) => {
  const twice = row * 2;
  return twice;
});
