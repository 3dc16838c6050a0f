// SPDX-License-Identifier: Apache-2.0
import { Duplex, PassThrough, Readable, Transform, Writable, compose, finished, pipeline } from "node:stream";
import * as promises from "node:stream/promises";
import { text } from "node:stream/consumers";

export default async function () {
  const seen = [];
  const upper = () => new Transform({ transform(chunk, encoding, done) { done(null, chunk.toString().toUpperCase()); } });
  const collect = (list) => new Writable({ write(chunk, encoding, done) { list.push(chunk.toString()); done(); } });
  const out = [];
  await promises.pipeline(Readable.from(["a", "b", "c"]), upper(), collect(out));
  await new Promise((resolve) => pipeline(Readable.from([Buffer.from("x")]), new PassThrough(), collect(out), (error) => resolve(out.push(error ?? "no error"))));
  const broken = new Transform({ transform(chunk, encoding, done) { done(new Error("broken")); } });
  seen.push(await promises.pipeline(Readable.from(["a"]), broken, collect([])).catch((error) => error.message));
  const slow = new Writable({ highWaterMark: 2, write(chunk, encoding, done) { setTimeout(done, 1); } });
  seen.push(slow.write("ab"), slow.write("c"), slow.writableLength, await new Promise((resolve) => slow.once("drain", () => resolve("drained"))));
  slow.end();
  await promises.finished(slow);
  const readable = new Readable({ read() {} });
  readable.push("chunk 1, ");
  readable.push("chunk 2");
  readable.push(null);
  seen.push(await text(readable), readable.readableEnded, readable.destroyed);
  const objects = await Readable.from([1, 2, 3, 4]).filter((n) => n % 2 === 0).map(async (n) => n * 10).toArray();
  const paired = Duplex.from(async function* (source) { for await (const chunk of source) yield `<${chunk}>`; });
  paired.end("in");
  for await (const chunk of paired) seen.push(String(chunk));
  for await (const chunk of compose(upper(), upper()).end("twice")) seen.push(String(chunk));
  const early = new Readable({ read() {} });
  const ended = new Promise((resolve) => finished(early, (error) => resolve(error.code)));
  early.destroy();
  seen.push(await ended);
  const late = new Writable({ write(chunk, encoding, done) { done(); } });
  late.end();
  late.on("error", (error) => seen.push([error.code, error.message]));
  late.write("too late");
  await new Promise((resolve) => setTimeout(resolve, 2));
  const decoded = new PassThrough({ encoding: "utf8" });
  decoded.write(Buffer.from([0xc3]));
  decoded.end(Buffer.from([0xa9]));
  for await (const chunk of decoded) seen.push(chunk);
  return { out, seen, objects };
}
