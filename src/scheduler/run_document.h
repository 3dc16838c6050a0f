// SPDX-License-Identifier: Apache-2.0
#pragma once

// A run as a JSON document, as `mayfly run --modules` takes it:
//
//   { "mainModule": "agent.ts",
//     "modules": { "agent.ts": "...", "rows.json": {"json": [1]}, "logo": {"data": "<base64>"} },
//     "code": "...",                       in place of the two: one module, JavaScript or TypeScript
//     "input": ..., "arguments": [...], "env": {...}, "props": ..., "entrypoint": "...", "method": "...",
//     "allow": ["eval", "wasm"],
//     "limits": { "cpuMs", "wallMs", "memoryMb", "outputBytes", "logBytes" }, "globalOutbound": null,
//     "outputSchema": {...} }
//
// A module is text, whose name's extension says what it is, or an object with one key: js, ts, tsx, jsx, cjs, text,
// json (any value), data or wasm (base64).

#include <string_view>

#include "base/result.h"
#include "scheduler/outcome.h"
#include "scheduler/program_members.h"

namespace mayfly {

// Hostile text is welcome: all is bounded. E_USAGE says which member is wrong and what it should be, E_LIMIT which
// bound was passed. What the document leaves out of the limits is as in `defaults`, and the rest as in RunRequest.
Result<RunRequest> parseRunDocument(std::string_view json, const Limits& defaults = {});

// A call of a worker: input or arguments, entrypoint, method, props, limits, outputSchema; no program. Empty text is a
// call without anything.
Result<RunRequest> parseCallDocument(std::string_view json, const Limits& defaults);

}  // namespace mayfly
