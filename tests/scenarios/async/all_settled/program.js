export default async () => {
  const results = await Promise.allSettled([1, Promise.reject(new Error("no")), new Promise((done) => setTimeout(done, 1, 3))]);
  return results.map(({ status, value, reason }) => value ?? `${status}: ${reason.message}`);
};
