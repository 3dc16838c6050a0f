// SPDX-License-Identifier: Apache-2.0
// Composition root of the tool host: warm up, say HELLO, answer until fd 3 ends.

import { FrameSocket } from "./frame_socket.ts";
import { kOxcVersion } from "./oxc.ts";
import { FrameType, parseCheckRequest, parseMapRequest, parseTransformRequest, ProtocolError } from "./protocol.ts";
import type { TransformReply } from "./protocol.ts";
import { SchemaChecker } from "./schema.ts";
import { Transformer } from "./transform.ts";

const kDaemonFd = 3;
const kWarmUpSources = [
  "const a: number = 1",
  "@d class A { m(x: string) {} }",
  "async function (x: T) {}",
  "let b: = é",
  "(a) => a",
];

/**
 * SAFETY: in the seal nothing can be loaded lazily. This takes every path once before HELLO, so that what is missing
 * shows at start-up: oxc on all of libuv's threads, failing parses, wrapping, helpers, mapping.
 */
async function warmUp(): Promise<void> {
  const transformer = new Transformer();
  await Promise.all(kWarmUpSources.map(async (source) => {
    const reply = await transformer.transform({ name: "warm", lang: "auto", source });
    if (reply.ok && reply.mapId !== null) transformer.map({ mapId: reply.mapId, positions: [{ line: 1, column: 9 }] });
  }));
}

const transformer = new Transformer();

function leave(code: number): never {
  // exit() joins libuv's threads, and a transform on one of them may take for ever.
  if (transformer.running > 0) process.kill(process.pid, "SIGKILL");
  process.exit(code);
}

function fault(error: Error): never {
  process.stderr.write(`tool host: ${error.message}\n`);
  leave(2);
}

async function answerTransform(requestId: bigint, payload: Buffer): Promise<void> {
  const reply: TransformReply = await transformer.transform(parseTransformRequest(payload));
  try {
    socket.send(FrameType.transformReply, requestId, reply);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // it exceeds a frame or a string
    const refusal = { message: "the transformed code is too large", line: 1, column: 1 };
    socket.send(FrameType.transformReply, requestId, { ok: false, error: refusal } satisfies TransformReply);
  }
}

const kKnownTypes: ReadonlySet<number> = new Set([FrameType.transform, FrameType.map, FrameType.check]);
const schemas = new SchemaChecker();

const socket = new FrameSocket(kDaemonFd, {
  checkType(type) {
    if (!kKnownTypes.has(type)) throw new ProtocolError(`unknown frame type ${type}`);
  },
  onFrame(type, requestId, payload) {
    if (type === FrameType.transform) {
      answerTransform(requestId, payload).catch(fault).finally(() => socket.release(payload.length));
    } else {
      if (type === FrameType.map) {
        socket.send(FrameType.mapReply, requestId, transformer.map(parseMapRequest(payload)));
      } else {
        socket.send(FrameType.checkReply, requestId, schemas.check(parseCheckRequest(payload)));
      }
      socket.release(payload.length);
    }
  },
  onEnd: () => leave(0),
  onFault: fault,
});

await warmUp();
socket.start();
socket.send(FrameType.hello, 0n, { node: process.versions.node, oxc: kOxcVersion });
