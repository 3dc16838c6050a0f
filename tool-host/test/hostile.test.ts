// SPDX-License-Identifier: Apache-2.0
// Frames that no daemon of ours sends, and sources that try to bring the process down.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RequestLang } from "../src/protocol.ts";
import { FrameType, kMaxPayloadBytes } from "../src/protocol.ts";
import { encodeFrame, ToolHostProcess } from "./tool_host_process.ts";

async function withHost(body: (host: ToolHostProcess) => Promise<void>): Promise<void> {
  const host = new ToolHostProcess();
  await host.hello;
  try {
    await body(host);
    assert.deepEqual(await host.end(), { code: 0, signal: null, stdout: "", stderr: "" });
  } finally {
    host.child.kill("SIGKILL");
  }
}

async function exitAfter(bytes: Buffer): Promise<[number | null, string]> {
  const host = new ToolHostProcess();
  await host.hello;
  host.socket.write(bytes);
  const { code, stderr } = await host.exited;
  return [code, stderr.trim()];
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const good = { name: "agent.ts", lang: "ts", source: "" };

test("frames against the protocol end the process with 2", async () => {
  const header = (length: number, type: number) => {
    const bytes = encodeFrame(type, 1n, Buffer.alloc(0));
    bytes.writeUInt32LE(length, 0);
    return bytes;
  };
  const cases: Record<string, Buffer> = {
    "too large": header(kMaxPayloadBytes + 1, FrameType.transform),
    "largest length": header(0xffffffff, FrameType.transform),
    "unknown type": header(0, 0x999),
    "our own hello": encodeFrame(FrameType.hello, 1n, json({})),
    "a reply": encodeFrame(FrameType.transformReply, 1n, json({})),
    "flags": encodeFrame(FrameType.transform, 1n, json(good), 1),
    "no JSON": encodeFrame(FrameType.transform, 1n, Buffer.from("{")),
    "empty": encodeFrame(FrameType.transform, 1n, Buffer.alloc(0)),
    "null": encodeFrame(FrameType.map, 1n, json(null)),
    "no source": encodeFrame(FrameType.transform, 1n, json({ ...good, source: 1 })),
    "unknown language": encodeFrame(FrameType.transform, 1n, json({ ...good, lang: "dts" })),
    "positions missing": encodeFrame(FrameType.map, 1n, json({ mapId: "x" })),
    "position zero": encodeFrame(FrameType.map, 1n, json({ mapId: "x", positions: [{ line: 0, column: 1 }] })),
    "a fractional column": encodeFrame(FrameType.map, 1n, json({ mapId: "x", positions: [{ line: 1, column: 1.5 }] })),
    "257 positions": encodeFrame(FrameType.map, 1n, json({ mapId: "x", positions: Array(257).fill({ line: 1, column: 1 }) })),
  };
  for (const [what, bytes] of Object.entries(cases)) {
    const [code, stderr] = await exitAfter(bytes);
    assert.equal(code, 2, what);
    assert.match(stderr, /^tool host: [^\n]+$/, what);
  }
});

test("frames may arrive in any pieces", () => withHost(async (host) => {
  const frame = (id: bigint) => encodeFrame(FrameType.transform, id, json({ ...good, source: `let é: number = ${id}` }));
  const waiting = [100n, 101n, 102n].map((id) => host.expect(id));
  const bytes = Buffer.concat([frame(100n), frame(101n), frame(102n)]);
  for (const byte of bytes.subarray(0, 120)) await new Promise((sent) => host.socket.write(Buffer.of(byte), sent));
  host.socket.write(bytes.subarray(120));
  const replies = await Promise.all(waiting);
  assert.deepEqual(replies.map((r) => [r.type, r.payload.code]), [100, 101, 102].map((i) => [0x102, `let é = ${i};\n`]));
}));

test("request ids come back unchanged", () => withHost(async (host) => {
  const reply = await host.request(FrameType.transform, good, 0xfedcba9876543210n);
  assert.equal(reply.requestId, 0xfedcba9876543210n);
}));

test("deep nesting is an error and not a crash", () => withHost(async (host) => {
  const deep: [string, RequestLang][] = [
    ["(".repeat(100_000), "ts"],
    ["[".repeat(100_000) + "]".repeat(100_000), "auto"],
    ["x=" + "{a:".repeat(100_000), "ts"],
    ["let a: " + "[".repeat(9_000), "ts"],
    ["let a: " + "A<".repeat(100_000), "ts"],
    ["let a: " + "{a:".repeat(100_000), "ts"],
    ["type X = " + "A extends B ? C : ".repeat(100_000) + "D", "ts"],
    ["a?b:".repeat(100_000) + "c", "auto"],
    ["a=>".repeat(100_000) + "1", "ts"],
    ["!".repeat(100_000) + "1", "ts"],
    ["typeof ".repeat(100_000) + "1", "ts"],
    ["1+".repeat(100_000) + "1", "ts"],
    ["a" + ".a".repeat(100_000), "ts"],
    ["a" + "()".repeat(100_000), "ts"],
    ["`${".repeat(100_000), "ts"],
    ["if(a)".repeat(100_000) + ";", "ts"],
    ["if(a);else ".repeat(100_000) + ";", "ts"],
    ["if(a){}\nelse ".repeat(100_000) + ";", "ts"],
    ["function f(){".repeat(100_000), "ts"],
    ["namespace A" + ".A".repeat(100_000) + "{}", "ts"],
    ["x=" + "<a>".repeat(100_000), "tsx"],
    ["x=" + "<a>{".repeat(100_000), "jsx"],
    ["x = 'don\\'t' + " + "/[/(]/ + \"(\" + `(${1}` + // (\n/* ( */ ".repeat(5_000) + "(".repeat(100_000), "ts"],
    // Printed with one tab per level and line, these would fill memory.
    ["{".repeat(2_000) + "a;".repeat(100_000) + "}".repeat(2_000), "ts"],
    ["[".repeat(2_000) + "1,".repeat(100_000) + "]".repeat(2_000), "ts"],
  ];
  for (const [source, lang] of deep) {
    const reply = await host.transform(source, lang);
    assert.ok(!reply.ok, source.slice(0, 40));
    assert.match(reply.error.message, /nested|nesting/, source.slice(0, 40));
    assert.ok(reply.error.line >= 1 && reply.error.column > 1);
  }
}));

function numbered(line: string, count: number): string {
  return Array.from({ length: count }, (_, i) => line.replace("#", String(i))).join("");
}

test("what is long but not deep passes", () => withHost(async (host) => {
  const long: [string, RequestLang][] = [
    ["(".repeat(1_000) + "1" + ")".repeat(1_000), "ts"],
    ["let s: string = " + "'((((' + ".repeat(5_000) + "''", "ts"],
    ["let o: any = [" + "{ a: 1, b: [2 < 3, x ? y : z] },\n".repeat(20_000) + "]", "ts"],
    ["let o: any = [" + '{"a":"don\'t < (","b":[1]},'.repeat(20_000) + "]", "ts"],
    ["a.b(c => c.d).e()\n".repeat(20_000), "ts"],
    ["function f(a: Array<number>): Promise<string> { return g<T>(a) }\n".repeat(20_000), "tsx"],
    [numbered("export const f# = (a) => { if (a) { return /[(]/.test(a) } else { return a / 2 / 3 } };", 10_000), "ts"],
    [`const s = \`${"( [ { ' ${1} \" ".repeat(20_000)}\``, "ts"],
    [numbered("const a# = <p>don't (stop) it's :)</p>;\n", 10_000), "tsx"],
    [numbered("const a# = <p>don't</p>\n", 10_000), "tsx"],
    ["type T =" + " | 'a' | { b: [1] }".repeat(5_000), "ts"],
  ];
  for (const [source, lang] of long) {
    const reply = await host.transform(source, lang);
    assert.ok(reply.ok, `${source.slice(0, 60)}: ${JSON.stringify(reply).slice(0, 200)}`);
  }
}));

const kEndless = "x=" + "(a=a<".repeat(40); // oxc takes exponential time

test("a source that takes for ever holds up nobody else", async () => {
  const host = new ToolHostProcess();
  await host.hello;
  host.transform(kEndless).catch(() => {});
  for (let i = 0; i < 20; i++) assert.ok((await host.transform(`let a: number = ${i}`)).ok);
  // Nor does it keep the process from ending: exit would wait for it.
  const { code, signal } = await host.end();
  assert.deepEqual([code, signal], [null, "SIGKILL"]);
});

test("a reply that would not fit into a frame is an error", () => withHost(async (host) => {
  const reply = await host.transform(`namespace A${".A".repeat(8_000)} { export const x = 1 }`); // 16 KB to 100 MB
  assert.deepEqual(reply, { ok: false, error: { message: "the transformed code is too large", line: 1, column: 1 } });
}));

test("many errors and strange names are answered", () => withHost(async (host) => {
  const reply = await host.transform("function () {};\n".repeat(2_000));
  assert.ok(!reply.ok);
  assert.deepEqual([reply.error.line, reply.error.column], [1, 10]);
  const name = await host.transform(`let ${"y".repeat(100_000)} = 1; let ${"y".repeat(100_000)} = 2`, "ts", "../\0\u{1f600}".repeat(1000));
  assert.ok(!name.ok);
  assert.equal(name.error.message.length, 1000);
}));

test("the end of the socket ends the process", async () => {
  const host = new ToolHostProcess();
  await host.hello;
  host.socket.destroy();
  assert.deepEqual(await host.exited, { code: 0, signal: null, stdout: "", stderr: "" });
});
