export interface Row { n: number }
export function twice(n: number): number { return n * 2; }
export const where = import.meta.url;
