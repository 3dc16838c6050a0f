const lock = { waiting: [] };
export default async () => {
  await new Promise((done) => setTimeout(done, 3));
  await new Promise((done) => lock.waiting.push(done));
};
