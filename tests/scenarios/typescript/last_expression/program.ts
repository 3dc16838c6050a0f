type Pair = [string, number];
const pairs: Pair[] = [["a", 1], ["b", 2]];
const total: number = pairs.reduce((sum: number, [, n]: Pair) => sum + n, 0);
({ total, first: pairs[0]![0] as string })
