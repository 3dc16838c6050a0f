enum Kind { A, B = "b".length as number, C = 7 }
namespace Tools { export const twice = (n: number): number => { if (n > 1) throw new Error("twice"); return n * 2; }; }
class Runner { constructor(private kind: Kind) {} run(): number { return Tools.twice(this.kind + 1); } }
export default (): number => new Runner(Kind.B).run();
