async function ({ n }: { n: number }): Promise<number> {
  const wanted: number = n; throw new RangeError(`no ${wanted}`);
}
