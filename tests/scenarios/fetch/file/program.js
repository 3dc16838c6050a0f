const kind = (run) => { try { run(); return "ok"; } catch (error) { return error.name; } };
export default async () => {
  const file = new File(["abc", new Blob(["d"])], "a/b\ud800.txt", { type: "TEXT/x", lastModified: 12.7 });
  return {
    facts: [file.name, file.type, file.size, file.lastModified, await file.text(), file instanceof Blob, String(file)],
    now: Math.abs(new File([], "n").lastModified - Date.now()) < 60_000,
    slice: [file.slice(1, 2) instanceof File, await file.slice(1, 2).text()],
    dates: [new Date(5), "7", null, NaN, -1].map((lastModified) => new File([], "", { lastModified }).lastModified),
    errors: [kind(() => new File()), kind(() => new File([])), kind(() => new File("a", "b")), kind(() => new File(undefined, "b")), kind(() => File([], "a"))],
    shape: [File.name, File.length, Object.getPrototypeOf(File) === Blob, Object.keys(File.prototype).includes("name")],
  };
};
