const kind = (run) => { try { run(); return "ok"; } catch (error) { return error.name; } };
const shown = (value) => (typeof value === "string" ? value : [value.constructor.name, value.name, value.type, value.size]);
export default async () => {
  const form = new FormData();
  form.append("a", 1);
  form.append("b", "x\ud800");
  form.append("a", null);
  form.append("blob", new Blob(["hi"], { type: "t/p" }));
  form.append("named", new Blob(["hi"]), "n.txt");
  form.append("file", new File(["abc"], "f.txt", { type: "a/b", lastModified: 5 }));
  form.append("renamed", form.get("file"), "g.txt");
  const before = [...form].map(([name, value]) => [name, shown(value)]);
  form.set("a", "only");
  form.set("new", "last");
  form.delete("b");
  return {
    before,
    after: [...form.keys()],
    all: [form.getAll("a"), form.getAll("none"), form.get("none"), form.has("a"), form.has("b")],
    sameFile: form.get("file") === form.get("file"),
    times: [form.get("file").lastModified, form.get("renamed").lastModified],
    errors: [kind(() => form.append("a")), kind(() => form.append("a", "b", "c")), kind(() => form.append("a", {}, "c")),
      kind(() => new FormData(null)), kind(() => new FormData({})), kind(() => FormData()), kind(() => form.set("a", Symbol()))],
    shape: [FormData.name, FormData.length, FormData.prototype.append.length, String(form), Object.keys(FormData.prototype).sort()],
  };
};
