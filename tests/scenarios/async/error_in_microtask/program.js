export default async () => {
  queueMicrotask(() => { throw new TypeError("in the microtask"); });
  await new Promise((done) => setTimeout(done, 2000));
};
