export default async () => {
  const began = Date.now();
  let sum = 0;
  for (let i = 0; i < 5_000_000; i++) sum += i % 7;
  const computed = Date.now() - began + (new Date().getTime() - began);
  await new Promise((done) => setTimeout(done, 25));
  const waited = Date.now() - began;
  await null;
  return { computed, waited, whole: Number.isInteger(began), recent: began > Date.UTC(2025, 0), sum, performance: typeof performance };
};
