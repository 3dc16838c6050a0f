// SPDX-License-Identifier: Apache-2.0
// A call from a guest to an object of its caller and back, through the SDK for TypeScript in Node.

#include <sstream>

#include "bench/section.h"
#include "bench/served.h"
#include "bench/tied_process.h"

namespace mayfly::bench {

Result<void> measureRpc(Section& section) {
  section.progress("calls from a guest to its caller's object");
  auto served = Served::start(section, "");
  if (!served) return std::move(served).error();
  std::vector<std::string> arguments = {"--import", section.sources + "/rpc/register.mjs",
                                        section.sources + "/src/bench/rpc/calls.mjs", (*served)->socketPath(),
                                        std::to_string(section.pick(500, 3000))};
  auto output = outputOf(section.node, arguments, std::chrono::seconds(120));
  if (!output) return std::move(output).error();
  std::istringstream lines(*output);
  std::vector<double> times;
  for (double micros = 0; lines >> micros;) times.push_back(micros / 1e3);
  if (times.empty()) return Error{ErrorCode::kInternal, "no call was measured"};
  section.results.add({"l.rpc", "RPC: a guest calls an object of its caller", "ms", summarize(std::move(times)),
                       "one call after the other; the time between two of them at the caller, which is Node with the "
                       "SDK on a Unix socket: its answer to the guest and the guest's next call"});
  return {};
}

}  // namespace mayfly::bench
