export const answer = 42;
export default async () => {
  const self = await import("./program.js");
  const failures = [];
  for (const name of ["./other.js", "lodash", "node:fs", "file:///etc/passwd", "data:text/javascript,1", "https://example.com/x.js", "../../etc/passwd", "./rates.json"]) {
    try {
      await import(name);
      failures.push(`${name}: found`);
    } catch (error) {
      failures.push(`${error.code}`);
    }
  }
  const json = await import("./rates.json", { with: { type: "json" } }).catch((error) => error.message);
  return { answer: self.answer, same: self.default.name, failures: [...new Set(failures)], json };
};
