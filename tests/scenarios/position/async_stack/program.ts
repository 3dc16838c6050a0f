async function inner(n: number): Promise<never> {
  await new Promise<void>((done) => setTimeout(done, 1));
  throw new Error(`after ${n}`);
}
async function outer(): Promise<void> {
  await inner(1);
}
export default async (): Promise<void> => {
  await outer();
};
