export default async () => {
  fetch("https://example.com/");
  await new Promise((done) => setTimeout(done, 5));
};
