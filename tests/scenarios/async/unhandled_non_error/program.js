export default async () => {
  Promise.reject({ status: 404 });
  await new Promise((done) => setTimeout(done, 1));
};
