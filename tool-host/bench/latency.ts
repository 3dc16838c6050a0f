// SPDX-License-Identifier: Apache-2.0
// Spawn-to-HELLO and round trips, as the daemon sees them: `node tool-host/bench/latency.ts`.

import { ToolHostProcess } from "../test/tool_host_process.ts";

const kUnit = `export async function step%(input: { a: number; b?: string }): Promise<string> {
  const row: Array<number> = [1, 2, 3].map((x: number): number => x * 2);
  return \`\${row.length as number}:\${input.a}\`;
}
`;

function moduleOf(bytes: number, salt: number): string {
  let text = `// ${salt}\n`;
  for (let i = 0; text.length < bytes; i++) text += kUnit.replace("%", String(i));
  return text;
}

function report(what: string, samples: number[]): void {
  samples.sort((a, b) => a - b);
  const at = (q: number) => samples[Math.floor((samples.length - 1) * q)]!.toFixed(3);
  console.log(`${what}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, min ${at(0)} ms (${samples.length} samples)`);
}

const starts: number[] = [];
for (let i = 0; i < 20; i++) {
  const began = performance.now();
  const host = new ToolHostProcess();
  await host.hello;
  starts.push(performance.now() - began);
  await host.end();
}
report("spawn to HELLO", starts);

const host = new ToolHostProcess();
await host.hello;
for (const [bytes, rounds] of [[1000, 1000], [38_000, 300], [1_000_000, 10]] as const) {
  const fresh: number[] = [];
  const cached: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const source = moduleOf(bytes, i);
    for (const samples of [fresh, cached]) {
      const began = performance.now();
      const reply = await host.transform(source);
      samples.push(performance.now() - began);
      if (!reply.ok) throw new Error(reply.error.message);
    }
  }
  report(`${bytes} bytes, first time`, fresh);
  report(`${bytes} bytes, cached`, cached);
}
const failing = await host.transform("enum A { B }\nconst f = (x: number) => { throw new Error('x') };\nf(1);\n");
if (!failing.ok || failing.mapId === null) throw new Error("no map");
const maps: number[] = [];
for (let i = 0; i < 500; i++) {
  const began = performance.now();
  await host.map(failing.mapId, [{ line: 6, column: 8 }, { line: 8, column: 1 }]);
  maps.push(performance.now() - began);
}
report("MAP of two positions", maps);
await host.end();
