// SPDX-License-Identifier: Apache-2.0
#pragma once

// The JavaScript of guest-js/, as guest-js/build.mjs embeds it. Read-only and for ever.

#include <span>

namespace mayfly::guest {

struct GroupText {
  const char* name;
  const char* begin;  // ASCII: `(function (module, require) { ... })`
  const char* end;
  bool hot;       // run in the zygote
  bool compiled;  // compiled in the zygote; the others on first use
};

struct GroupGlobal {
  const char* name;
  int group;  // index into groupTexts()
  bool enumerable;
};

// What `import "cloudflare:workers"` or `import "node:path"` gives.
struct GroupBuiltin {
  const char* specifier;
  int group;
};

std::span<const GroupText> groupTexts();
std::span<const GroupGlobal> groupGlobals();
std::span<const GroupBuiltin> groupBuiltins();

}  // namespace mayfly::guest
