// A comment first, as models like to write.
async ({ n }) => {
  const doubled = await Promise.resolve(n * 2);
  return { doubled };
};
