({ n }: { n: number }): number => {
  const wanted: number = n;
  return wanted.toFixed(1).missing.deep as number;
}
