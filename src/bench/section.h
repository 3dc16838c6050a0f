// SPDX-License-Identifier: Apache-2.0
#pragma once

// The sections of the benchmark. Each starts what it needs, adds its measurements to the results, and leaves nothing
// behind. An error ends the section; the others go on.

#include <functional>
#include <string>
#include <string_view>

#include "bench/daemon.h"
#include "bench/results.h"

namespace mayfly::bench {

enum class Size : uint8_t { kQuick, kFull };

struct Section {
  const SchedulerOptions& scheduler;
  Size size = Size::kFull;
  std::string sources;  // the folder that holds examples/ and src/
  std::string node;     // empty: not measured
  std::string workerd;  // empty: not measured
  Results& results;
  // One line about what happens now; replaced by the next.
  std::function<void(std::string_view)> progress;

  [[nodiscard]] size_t pick(size_t quick, size_t full) const { return size == Size::kQuick ? quick : full; }
};

Result<void> measureFresh(Section& section);        // a, without spares
Result<void> measureSpares(Section& section);       // a, with spares
Result<void> measureRate(Section& section);         // b
Result<void> measureMemory(Section& section);       // c
Result<void> measureLive(Section& section);         // d
Result<void> measureKills(Section& section);        // e
Result<void> measureNeighbours(Section& section);   // f
Result<void> measureFloor(Section& section);        // g
Result<void> measureCpuMix(Section& section);       // h
Result<void> measurePlatform(Section& section);     // i
Result<void> measureHttp(Section& section);         // j fresh, k warm, through HTTP
Result<void> measureRpc(Section& section);          // l
Result<void> measureWarmCrowd(Section& section);    // m
Result<void> measureTenants(Section& section);      // n
Result<void> measureRestart(Section& section);      // o
Result<void> measureRivalHttp(Section& section);    // j and k, workerd
Result<void> measureRivalFresh(Section& section);   // a, workerd
Result<void> measureRivalRate(Section& section);    // b, workerd
Result<void> measureRivalMemory(Section& section);  // c, workerd

}  // namespace mayfly::bench
