function down(n) { return down(n + 1) + 1; }
export default (catching) => {
  if (!catching) return down(0);
  try { down(0); } catch (error) { return [error.name, error instanceof RangeError]; }
};
