// SPDX-License-Identifier: Apache-2.0
// Frames over the inherited socket. Owns fd 3 and the byte budget: while more than kBudgetBytes of requests are being
// worked on or of replies wait to be read, it stops reading, so that the kernel pushes back on the daemon.

import { Socket } from "node:net";
import { kHeaderBytes, kMaxPayloadBytes, ProtocolError } from "./protocol.ts";

const kBudgetBytes = 96 * 1024 * 1024;

export interface FrameHandlers {
  /** Throws ProtocolError for a type it does not know; called before the payload has arrived. */
  checkType(type: number): void;
  onFrame(type: number, requestId: bigint, payload: Buffer): void;
  onEnd(): void;
  onFault(error: Error): void;
}

interface Header {
  payloadBytes: number;
  type: number;
  requestId: bigint;
}

export class FrameSocket {
  readonly #socket: Socket;
  readonly #handlers: FrameHandlers;
  #chunks: Buffer[] = [];
  #bufferedBytes = 0;
  #header: Header | null = null;
  #heldBytes = 0;

  constructor(fd: number, handlers: FrameHandlers) {
    this.#handlers = handlers;
    // net.Socket adopts the descriptor (getsockname, ioctl, epoll); it never calls socket().
    this.#socket = new Socket({ fd, readable: true, writable: true });
    this.#socket.on("end", () => handlers.onEnd());
    this.#socket.on("error", () => handlers.onEnd()); // the daemon is gone: nobody is left to tell
  }

  start(): void {
    this.#socket.on("data", (chunk: Buffer) => this.#onData(chunk));
  }

  send(type: number, requestId: bigint, value: unknown): void {
    const text = JSON.stringify(value);
    const payloadBytes = Buffer.byteLength(text);
    if (payloadBytes > kMaxPayloadBytes) throw new RangeError("reply too large");
    const frame = Buffer.allocUnsafe(kHeaderBytes + payloadBytes);
    frame.writeUInt32LE(payloadBytes, 0);
    frame.writeUInt16LE(type, 4);
    frame.writeUInt16LE(0, 6);
    frame.writeBigUInt64LE(requestId, 8);
    frame.write(text, kHeaderBytes, "utf8");
    this.#hold(frame.length);
    this.#socket.write(frame, () => this.release(frame.length));
  }

  /** Gives back the budget a request took; the receiver of onFrame calls it once with payload.length. */
  release(bytes: number): void {
    this.#heldBytes -= bytes;
    if (this.#heldBytes <= kBudgetBytes && this.#socket.isPaused()) this.#socket.resume();
  }

  #hold(bytes: number): void {
    this.#heldBytes += bytes;
    if (this.#heldBytes > kBudgetBytes) this.#socket.pause();
  }

  #onData(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bufferedBytes += chunk.length;
    try {
      while (this.#parseOne());
    } catch (error) {
      this.#socket.pause();
      this.#handlers.onFault(error as Error);
    }
  }

  #parseOne(): boolean {
    if (this.#header === null) {
      if (this.#bufferedBytes < kHeaderBytes) return false;
      this.#header = this.#parseHeader(this.#take(kHeaderBytes));
    }
    const { payloadBytes, type, requestId } = this.#header;
    if (this.#bufferedBytes < payloadBytes) return false;
    this.#header = null;
    this.#hold(payloadBytes);
    this.#handlers.onFrame(type, requestId, this.#take(payloadBytes));
    return true;
  }

  #parseHeader(bytes: Buffer): Header {
    const payloadBytes = bytes.readUInt32LE(0);
    const type = bytes.readUInt16LE(4);
    this.#handlers.checkType(type);
    if (bytes.readUInt16LE(6) !== 0) throw new ProtocolError("a frame with flags");
    if (payloadBytes > kMaxPayloadBytes) throw new ProtocolError(`a frame of ${payloadBytes} bytes`);
    return { payloadBytes, type, requestId: bytes.readBigUInt64LE(8) };
  }

  /** Joins chunks only once enough have arrived, so that a large frame is copied once and not once per chunk. */
  #take(bytes: number): Buffer {
    const joined = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#bufferedBytes);
    this.#bufferedBytes -= bytes;
    this.#chunks = this.#bufferedBytes > 0 ? [joined.subarray(bytes)] : [];
    return joined.subarray(0, bytes);
  }
}
