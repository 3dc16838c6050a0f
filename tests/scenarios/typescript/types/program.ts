interface Row { id: number; tags?: readonly string[] }
type Id<T extends { id: unknown }> = T["id"];
declare const nowhere: number;
abstract class Base<T> {
  abstract read(): T;
  declare hidden: string;
  protected constructor(private readonly label: string) {}
  get name(): string { return this.label!; }
}
class Rows extends Base<Row[]> {
  constructor() { super("rows"); }
  override read(): Row[] { return [{ id: 1 }, { id: 2, tags: ["a"] as const }]; }
}
function pick(this: void, key: "id"): (row: Row) => Id<Row>;
function pick(key: keyof Row) { return (row: Row) => row[key]; }
export default function (input?: unknown): { ids: unknown[]; name: string; hidden: boolean } {
  const rows = new Rows();
  const ids = rows.read().map(pick("id")) satisfies unknown[];
  return { ids, name: <string>rows.name, hidden: "hidden" in rows };
}
