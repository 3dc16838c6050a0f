export default async () => {
  const began = Date.now();
  let spent = 0;
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i < 2_000_000; i++) spent += i % 3;
    await new Promise((done) => setTimeout(done, 1));
  }
  return Date.now() - began;
};
