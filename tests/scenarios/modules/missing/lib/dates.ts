export const day = (n: number): string => `day ${n}`;
