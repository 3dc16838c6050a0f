// SPDX-License-Identifier: Apache-2.0
// util.parseEnv: the format of .env files.
const line = /^\s*(?:export\s+)?([\w.-]+)\s*=[^\S\n]*("(?:[^"])*"|'[^']*'|`[^`]*`|[^\n#]*)?[^\n]*$/gm;

export function parseEnv(text: string): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  for (const [, name, raw = ""] of text.replace(/\r\n?/g, "\n").matchAll(line)) {
    const value = raw.trim();
    const quoted = /^(["'`])([^]*)\1$/.exec(value);
    values[name!] = !quoted ? value : quoted[1] === '"' ? quoted[2]!.replaceAll("\\n", "\n") : quoted[2]!;
  }
  return { ...values };
}
