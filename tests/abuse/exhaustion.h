// SPDX-License-Identifier: Apache-2.0
#pragma once

// For group B of security.md: programs that use up time, memory or space. Each is stopped by name, and the neighbours'
// runs that attack() makes beside it succeed.

#include <algorithm>

#include "abuse/sandbox_fixture.h"

namespace mayfly::abuse {

using std::chrono::milliseconds;

// What a limit may be exceeded by on a busy machine: the kernel's timers count process time, so load does not matter.
constexpr milliseconds kOvershoot{500};

class Exhaustion : public SandboxTest {
 protected:
  void expectCpu(const std::string& program, milliseconds cpu = milliseconds(60), uint64_t megabytes = 64) {
    Limits limits = memoryLimit(megabytes, cpu);
    Verdict verdict = attack(program, limits);
    EXPECT_EQ(verdict.code(), "E_CPU") << program << "\n" << verdict;
    EXPECT_LE(verdict.cpu(), cpu + kOvershoot) << program << "\n" << verdict;
    EXPECT_EQ(verdict.outcome.error ? verdict.outcome.error->limit : "", "cpuMs");
  }

  void expectOneOf(const std::string& program, const Limits& limits, const std::vector<std::string>& codes) {
    Verdict verdict = attack(program, limits);
    EXPECT_NE(std::find(codes.begin(), codes.end(), verdict.code()), codes.end()) << program << "\n" << verdict;
  }
};

}  // namespace mayfly::abuse
