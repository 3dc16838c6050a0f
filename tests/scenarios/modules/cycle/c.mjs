const n = await new Promise((resolve) => setTimeout(() => resolve(1), 1));
export const late = `c after ${n}`;
