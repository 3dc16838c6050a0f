// SPDX-License-Identifier: Apache-2.0
// Whether a result matches a JSON Schema (2020-12), by ajv. Both are text that nobody trusts. ajv makes a function of a
// schema, which is kept by the text's hash; a schema never sees another one. What takes too long (patterns can) is the
// daemon's to end.

import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import type { Ajv2020 as AjvClass, ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import type { CheckReply, CheckRequest } from "./protocol.ts";

const kMaxSchemaUnits = 256 * 1024;
const kMaxDepth = 64;
const kMaxKept = 64;
const kDialect = "https://json-schema.org/draft/2020-12/schema";

/** ajv is loaded with the first schema: most daemons never see one, and it would double the start of this process. */
let loaded: { Ajv: typeof AjvClass; meta: AjvClass } | null = null;

function ajv(): { Ajv: typeof AjvClass; meta: AjvClass } {
  if (loaded === null) {
    const { Ajv2020: Ajv } = createRequire(import.meta.url)("ajv/dist/2020.js") as { Ajv2020: typeof AjvClass };
    loaded = { Ajv, meta: new Ajv({ strict: false, logger: false }) };
  }
  return loaded;
}

class SchemaError extends Error {}

export class SchemaChecker {
  readonly #kept = new Map<string, ValidateFunction>();

  check({ schema, value }: CheckRequest): CheckReply {
    let validate: ValidateFunction;
    try {
      validate = this.#compiled(schema);
    } catch (error) {
      return { ok: false, error: { of: "schema", path: "", message: (error as Error).message } };
    }
    if (value === null) return { ok: true };
    try {
      if (validate(JSON.parse(value))) return { ok: true };
    } catch (error) {
      return { ok: false, error: { of: "value", path: "", message: `it cannot be checked: ${(error as Error).message}` } };
    }
    return { ok: false, error: { of: "value", ...described(validate.errors?.[0]) } };
  }

  #compiled(text: string): ValidateFunction {
    const hash = createHash("sha256").update(text).digest("base64");
    const kept = this.#kept.get(hash);
    if (kept !== undefined) return kept;
    const made = compile(text);
    this.#kept.set(hash, made);
    if (this.#kept.size > kMaxKept) this.#kept.delete(this.#kept.keys().next().value!);
    return made;
  }
}

function compile(text: string): ValidateFunction {
  if (text.length > kMaxSchemaUnits) throw new SchemaError(`it has more than ${kMaxSchemaUnits} characters`);
  const schema: unknown = JSON.parse(text);
  if (depthOf(schema, kMaxDepth) > kMaxDepth) throw new SchemaError(`it has more than ${kMaxDepth} levels`);
  const dialect = (schema as { $schema?: unknown }).$schema;
  if (dialect !== undefined && dialect !== kDialect) throw new SchemaError(`its $schema is not ${kDialect}`);
  const { Ajv, meta } = ajv();
  if (typeof schema === "object" && meta.validateSchema(schema as object) !== true) {
    const { path, message } = described(meta.errors?.[0]);
    throw new SchemaError(`${path === "" ? "it" : path} ${message}`);
  }
  // An instance of its own, so that no $id is seen by another schema. Formats are notes in this dialect, not rules.
  const own = new Ajv({ strict: false, logger: false, validateSchema: false, validateFormats: false, meta: false });
  return own.compile(schema as object);
}

function depthOf(value: unknown, most: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (most === 0) return 1;
  let deepest = 0;
  for (const inner of Object.values(value)) deepest = Math.max(deepest, depthOf(inner, most - 1));
  return deepest + 1;
}

/** Where, as a JSON pointer (RFC 6901), and what. */
function described(error: ErrorObject | undefined): { path: string; message: string } {
  if (error === undefined) return { path: "", message: "does not match" };
  const params = error.params as Record<string, unknown>;
  let message = error.message ?? "does not match";
  if (error.keyword === "additionalProperties") message += `: ${JSON.stringify(params["additionalProperty"])}`;
  if (error.keyword === "enum") message += `: ${JSON.stringify(params["allowedValues"])}`;
  return { path: error.instancePath.slice(0, 1024), message: message.slice(0, 1024) };
}
