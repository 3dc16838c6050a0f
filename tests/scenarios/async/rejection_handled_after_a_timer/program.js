export default async () => {
  const failing = Promise.reject(new Error("too late"));
  await new Promise((done) => setTimeout(done, 1));
  return failing.catch(() => "handled");
};
