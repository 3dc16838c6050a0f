async function* pages(count) {
  for (let page = 1; page <= count; page++) {
    await new Promise((done) => setTimeout(done, 1));
    yield page;
  }
}
export default async ({ count }) => {
  const seen = [];
  for await (const page of pages(count)) seen.push(page);
  return seen;
};
