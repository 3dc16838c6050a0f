export default async () => {
  setTimeout(() => { throw new Error("in the callback"); }, 1);
  await new Promise((done) => setTimeout(done, 2000));
};
