// SPDX-License-Identifier: Apache-2.0
// TRANSFORM and MAP requests: which texts are left alone, what is remembered, what two equal requests share.

import { createHash } from "node:crypto";
import { MapCache } from "./map_cache.ts";
import { PositionMapper } from "./position_mapper.ts";
import type { MapReply, MapRequest, ReplyLang, SourceError, TransformReply, TransformRequest } from "./protocol.ts";
import { isPlainJavaScript, refuse, strip, withoutBom } from "./strip.ts";
import type { Stripped } from "./strip.ts";

const kMaxEntries = 512;
const kMaxBytes = 64 * 1024 * 1024;
const kEntryBytes = 512; // an entry's own objects, and about what an error takes

type Outcome =
  | { kind: "untouched"; bytes: number }
  | { kind: "stripped"; lang: ReplyLang; stripped: Stripped; bytes: number }
  | { kind: "error"; error: SourceError; bytes: number };

interface Finished {
  outcome: Outcome;
  kept: boolean;
}

export class Transformer {
  readonly #cache = new MapCache<Outcome>(kMaxEntries, kMaxBytes);
  readonly #running = new Map<string, Promise<Finished>>();
  #lastMapper: { mapId: string; mapper: PositionMapper } | null = null;

  /** Transforms under way; while there are any, the process cannot exit in order (see main.ts). */
  get running(): number {
    return this.#running.size;
  }

  async transform(request: TransformRequest): Promise<TransformReply> {
    const { name, lang, source } = request;
    if (lang === "js") return { ok: true, code: source, mapId: null, lang };
    const key = createHash("sha256").update(JSON.stringify([name, lang])).update(source).digest("hex");
    const { outcome, kept } = await this.#finish(key, request);
    switch (outcome.kind) {
      case "untouched":
        return { ok: true, code: source, mapId: null, lang: "js" };
      case "stripped":
        return { ok: true, code: outcome.stripped.code, mapId: kept ? key : null, lang: outcome.lang };
      case "error":
        return { ok: false, error: outcome.error };
    }
  }

  map({ mapId, positions }: MapRequest): MapReply {
    const outcome = this.#cache.get(mapId);
    if (outcome?.kind !== "stripped") return { positions: positions.map(() => null) };
    // Decoding a map takes longer than using it, and one failure asks a few times in a row; keep just the last one.
    if (this.#lastMapper?.mapId !== mapId) this.#lastMapper = { mapId, mapper: new PositionMapper(outcome.stripped) };
    const { mapper } = this.#lastMapper;
    return { positions: positions.map((position) => mapper.map(position)) };
  }

  #finish(key: string, request: TransformRequest): Promise<Finished> | Finished {
    const cached = this.#cache.get(key);
    if (cached !== undefined) return { outcome: cached, kept: true };
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const started = run(request)
      .then((outcome) => ({ outcome, kept: this.#cache.set(key, outcome) }))
      .finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }
}

async function run({ lang, source }: TransformRequest): Promise<Outcome> {
  const text = withoutBom(source);
  const target = lang === "auto" ? "ts" : lang;
  const refusal = refuse(text, target);
  if (refusal !== null) return { kind: "error", error: refusal, bytes: kEntryBytes };
  try {
    if (lang === "auto" && (await isPlainJavaScript(text))) return { kind: "untouched", bytes: kEntryBytes };
    const result = await strip(text, target);
    if ("error" in result) return { kind: "error", error: result.error, bytes: kEntryBytes };
    const bytes = kEntryBytes + 2 * (result.code.length + result.parsed.length) + result.mappings.length;
    return { kind: "stripped", lang: target, stripped: result, bytes };
  } catch {
    // oxc's output did not fit into a string: the printed form can be many times the source.
    const error = { message: "the code is too large to transform", line: 1, column: 1 };
    return { kind: "error", error, bytes: kEntryBytes };
  }
}
