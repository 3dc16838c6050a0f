type Row = { name?: { first: string } };
const rows: Row[] = [{ name: { first: "Ada" } }, {}];
export default () =>
  rows
    .map((row: Row) => row as Row)
    .map(
      (row: Row): string =>
        row.name!
          .first
          .toUpperCase(),
    );
