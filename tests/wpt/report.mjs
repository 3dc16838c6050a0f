// SPDX-License-Identifier: Apache-2.0
// Numbers of a run. Results are { engine: { file: { status, message, subtests } } }.

// Folders that are too wide to be one line of the table.
const WIDE = new Set(["dom", "fetch", "html", "xhr", "wasm", "webmessaging", "webidl"]);

export function areaOf(name) {
  const parts = name.split("/");
  return WIDE.has(parts[0]) && parts.length > 2 ? `${parts[0]}/${parts[1]}` : parts[0];
}

const isPass = ({ status }) => status === "PASS";

// One line per area: what passed of what was reported, and files by status.
export function summary(outcomes) {
  const areas = new Map();
  for (const [name, { status, subtests }] of outcomes) {
    const area = areaOf(name);
    if (!areas.has(area)) areas.set(area, { passed: 0, total: 0, files: {} });
    const sums = areas.get(area);
    sums.passed += subtests.filter(isPass).length;
    sums.total += subtests.length;
    sums.files[status] = (sums.files[status] ?? 0) + 1;
  }
  return [...areas].map(([area, { passed, total, files }]) => {
    const statuses = Object.entries(files).map(([status, count]) => `${status} ${count}`).join(", ");
    const [passedText, totalText] = [passed, total].map((count) => String(count).padStart(6));
    return `${area.padEnd(22)} ${passedText} of ${totalText} subtests; files: ${statuses}`;
  });
}

// Engines report different subtests when one stops early. Each is measured against all that any of them knows.
export function markdownTable(results) {
  const engines = Object.keys(results);
  const known = new Map();
  for (const files of Object.values(results)) {
    for (const [file, { subtests }] of Object.entries(files)) {
      const area = areaOf(file);
      if (!known.has(area)) known.set(area, new Set());
      for (const { name } of subtests) known.get(area).add(`${file}\0${name}`);
    }
  }
  const row = (cells) => `| ${cells.join(" | ")} |`;
  const lines = [row(["area", "subtests", ...engines]), row(["---", "---:", ...engines.map(() => "---:")])];
  const sums = engines.map(() => 0);
  let all = 0;
  for (const [area, { size }] of [...known].sort()) {
    const passed = engines.map((engine) => passedIn(results[engine], area));
    passed.forEach((count, index) => { sums[index] += count; });
    all += size;
    lines.push(row([area, size, ...passed.map((count) => share(count, size))]));
  }
  lines.push(row(["all", all, ...sums.map((count) => share(count, all))]));
  return lines.join("\n");
}

function passedIn(files, area) {
  const own = Object.entries(files).filter(([file]) => areaOf(file) === area);
  return own.reduce((sum, [, { subtests }]) => sum + subtests.filter(isPass).length, 0);
}

const share = (count, total) => (total === 0 ? "-" : `${count} (${((100 * count) / total).toFixed(1)} %)`);
