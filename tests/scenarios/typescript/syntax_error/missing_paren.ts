interface A { n: number }
export default (a: A) => {
  return Math.max(a.n, (1 + 2);
};
