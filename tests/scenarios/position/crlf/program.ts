type T = string;

const a: T = "x";
function fail(n: number): never {
  throw new Error(`n is ${n as number}`);
}
fail(1 as number);
