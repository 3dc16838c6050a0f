// The usual answer of a model: one arrow function with types.
async ({ n }: { n: number }): Promise<number[]> => {
  const out: number[] = [];
  for (let i = 0; i < n; i++) out.push(i ** 2);
  return out;
}
