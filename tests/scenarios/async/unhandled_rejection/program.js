export default async () => {
  Promise.reject(new TypeError("nobody listens"));
  await new Promise((done) => setTimeout(done, 5));
  return "not reached";
};
