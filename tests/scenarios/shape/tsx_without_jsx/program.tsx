export default (input: { n: number }): number => input.n satisfies number;
