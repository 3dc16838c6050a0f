class Resource implements Disposable {
  static closed: string[] = [];
  accessor label: string;
  constructor(label: string) { this.label = label; }
  [Symbol.dispose](): void { Resource.closed.push(this.label); }
}
export default (): unknown => {
  {
    using first = new Resource("a");
    using second = new Resource("b");
  }
  const grouped = Object.groupBy([1, 2, 3], (n: number) => (n % 2 ? "odd" : "even"));
  return { closed: Resource.closed, grouped, at: [1, 2].at(-1), set: [...new Set([1]).union(new Set([2]))] };
};
