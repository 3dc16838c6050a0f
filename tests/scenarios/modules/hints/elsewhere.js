export default () => {
  const key = window.KEY;
  return key;
};
