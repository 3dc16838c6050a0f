// SPDX-License-Identifier: Apache-2.0
#include "guest/missing_builtins.h"

#include <algorithm>
#include <array>

#include "guest/group_table.h"

namespace mayfly::guest {
namespace {

struct Missing {
  std::string_view name;
  std::string_view why;
};

constexpr std::string_view kNetwork = "there are no sockets in the sandbox; use fetch";
constexpr std::string_view kFiles = "there are no files in the sandbox; pass data as the program's input or as modules";
constexpr std::string_view kProcesses = "there are no other processes or threads in the sandbox; compute here";
constexpr std::string_view kTerminal = "there is no terminal in the sandbox; use the program's input and console.log";
constexpr std::string_view kMachine = "a program in the sandbox cannot look at the machine or at the engine";
constexpr std::string_view kStreams = "use CompressionStream and DecompressionStream";
constexpr std::string_view kModules = "use import";

constexpr std::array kMissing = {
    Missing{"child_process", kProcesses},
    Missing{"cluster", kProcesses},
    Missing{"dgram", kNetwork},
    Missing{"dns", kNetwork},
    Missing{"dns/promises", kNetwork},
    Missing{"domain", kMachine},
    Missing{"fs", kFiles},
    Missing{"fs/promises", kFiles},
    Missing{"http", kNetwork},
    Missing{"http2", kNetwork},
    Missing{"https", kNetwork},
    Missing{"inspector", kMachine},
    Missing{"module", kModules},
    Missing{"net", kNetwork},
    Missing{"os", kMachine},
    Missing{"readline", kTerminal},
    Missing{"readline/promises", kTerminal},
    Missing{"repl", kTerminal},
    Missing{"sqlite", kFiles},
    Missing{"test", kMachine},
    Missing{"tls", kNetwork},
    Missing{"trace_events", kMachine},
    Missing{"tty", kTerminal},
    Missing{"v8", kMachine},
    Missing{"vm", kMachine},
    Missing{"wasi", kFiles},
    Missing{"worker_threads", kProcesses},
    Missing{"zlib", kStreams},
};

}  // namespace

std::string whyMissing(std::string_view specifier) {
  constexpr std::string_view kScheme = "node:";
  bool prefixed = specifier.starts_with(kScheme);
  if (prefixed) specifier.remove_prefix(kScheme.size());
  const auto* found =
      std::find_if(kMissing.begin(), kMissing.end(), [&](const Missing& each) { return each.name == specifier; });
  if (found != kMissing.end()) return std::string(found->why);
  if (!prefixed) return {};
  std::string there = "the modules of Node that are here:";
  char separator = ' ';
  for (const GroupBuiltin& builtin : groupBuiltins()) {
    std::string_view name = builtin.specifier;
    if (!name.starts_with(kScheme)) continue;
    (there += separator) += name;
    separator = ',';
  }
  return there;
}

}  // namespace mayfly::guest
