// SPDX-License-Identifier: Apache-2.0
// The vocabulary between the daemon and the tool host, and the checks a request passes before anybody works on it.
// The daemon writes the frames, so a request that breaks these rules is a bug there: ProtocolError ends the process.
// Only the strings inside a request (name, source) come from guests, and those are hostile.

export const kHeaderBytes = 16; // u32 payloadLength, u16 type, u16 flags, u64 requestId; little endian
export const kMaxPayloadBytes = 80 * 1024 * 1024;
export const kMaxSourceUnits = 64 * 1024 * 1024;
export const kMaxMapPositions = 256;

export const FrameType = {
  hello: 0x100,
  transform: 0x101,
  transformReply: 0x102,
  map: 0x103,
  mapReply: 0x104,
  check: 0x105,
  checkReply: 0x106,
} as const;

export type RequestLang = "auto" | "ts" | "tsx" | "js" | "jsx";
export type ReplyLang = "ts" | "tsx" | "js" | "jsx";

export interface TransformRequest {
  name: string;
  lang: RequestLang;
  source: string;
}

/** 1-based; columns count UTF-16 units, as V8 does. */
export interface Position {
  line: number;
  column: number;
}

export interface SourceError extends Position {
  message: string;
  endLine?: number;
  endColumn?: number;
  help?: string;
}

export type TransformReply =
  | { ok: true; code: string; mapId: string | null; lang: ReplyLang }
  | { ok: false; error: SourceError };

export interface MapRequest {
  mapId: string;
  positions: Position[];
}

export interface MapReply {
  positions: (Position | null)[];
}

/** Both are JSON as text; without a value only the schema is looked at. */
export interface CheckRequest {
  schema: string;
  value: string | null;
}

export type CheckReply = { ok: true } | { ok: false; error: { of: "schema" | "value"; path: string; message: string } };

export class ProtocolError extends Error {}

const kLangs: ReadonlySet<unknown> = new Set(["auto", "ts", "tsx", "js", "jsx"]);

export function parseTransformRequest(payload: Buffer): TransformRequest {
  const { name, lang, source } = parseObject(payload);
  if (typeof name !== "string" || typeof source !== "string" || !kLangs.has(lang)) {
    throw new ProtocolError("malformed TRANSFORM request");
  }
  return { name, lang: lang as RequestLang, source };
}

export function parseMapRequest(payload: Buffer): MapRequest {
  const { mapId, positions } = parseObject(payload);
  if (typeof mapId !== "string" || !Array.isArray(positions) || positions.length > kMaxMapPositions ||
      !positions.every(isPosition)) {
    throw new ProtocolError("malformed MAP request");
  }
  return { mapId, positions };
}

export function parseCheckRequest(payload: Buffer): CheckRequest {
  const { schema, value } = parseObject(payload);
  if (typeof schema !== "string" || (typeof value !== "string" && value !== null)) {
    throw new ProtocolError("malformed CHECK request");
  }
  return { schema, value };
}

function parseObject(payload: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString("utf8"));
  } catch {
    throw new ProtocolError("a request that is not JSON");
  }
  if (typeof value !== "object" || value === null) throw new ProtocolError("a request that is not an object");
  return value as Record<string, unknown>;
}

function isPosition(value: unknown): value is Position {
  const { line, column } = (value ?? {}) as Record<string, unknown>;
  return Number.isSafeInteger(line) && Number.isSafeInteger(column) && (line as number) >= 1 && (column as number) >= 1;
}
