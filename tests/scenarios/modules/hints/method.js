export default () => {
  const rows = [1, 2];
  rows.psuh(3);
  return rows;
};
