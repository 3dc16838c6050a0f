export default () => {
  let sum = 0;
  for (let i = 0; i < 400; i++) sum += new Array(100_000).fill(i).length;
  return sum;
};
