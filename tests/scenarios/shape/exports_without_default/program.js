export const rate = 1.19;
export function gross(net) { return net * rate; }
