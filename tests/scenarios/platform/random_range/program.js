export default () => {
  const draws = Array.from({ length: 20_000 }, () => Math.random());
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  return { inside: draws.every((draw) => draw >= 0 && draw < 1), distinct: new Set(draws).size, mean };
};
