const n: number = 1;
n;
