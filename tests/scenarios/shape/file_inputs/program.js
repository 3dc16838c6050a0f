export default ({ notes, table, nothing }) => ({
  lines: notes.split("\n").length,
  table: table.map((row) => row.id),
  nothing,
});
