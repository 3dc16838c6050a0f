export default async () => {
  for (let i = 0; i < 20; i++) await new Promise((done) => setTimeout(done, 10));
  return "rested";
};
