export default () => {
  const key = process.env.KEY;
  return key;
};
