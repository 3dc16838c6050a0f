export default async () => {
  const id = setInterval(() => {}, 1);
  await new Promise((done) => setTimeout(done, 3));
  clearInterval(id);
};
