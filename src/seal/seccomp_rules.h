// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which system calls a sealed process may make, as data with a reason each. Everything that is not in a table ends
// the process (SECCOMP_RET_KILL_PROCESS). seccomp_filter.h turns a table into a BPF program; evaluate() below is the
// plain reference that tests compare it with.

#include <linux/seccomp.h>

#include <cstdint>
#include <span>
#include <vector>

namespace mayfly::seal {

// Holds when (argument & mask) == value, on all 64 bits.
struct ArgumentRule {
  uint8_t index = 0;
  uint64_t mask = ~uint64_t{0};
  uint64_t value = 0;
};

struct SyscallRule {
  int64_t number = -1;
  uint32_t action = SECCOMP_RET_ALLOW;
  std::vector<ArgumentRule> arguments;  // all must hold
  const char* reason = "";
};

struct RuleSet {
  uint32_t otherwise = SECCOMP_RET_KILL_PROCESS;  // a number without a rule, or one whose rules do not match
  std::vector<SyscallRule> rules;                 // several rules of one number: the first that matches decides
};

enum class Profile : uint8_t {
  kZygote,         // what the zygote itself needs, warm-up included; path calls fail softly with ENOENT
  kZygoteJitless,  // the same without executable memory
  kToolHost,       // Node with its threads; reads files of its root, makes no process and no socket
  kKeeper,         // waits for the zygote and exits
};
RuleSet ruleSet(Profile profile);

// Stacked on the zygote's set. Path calls become fatal once the warm-up is over.
RuleSet afterWarmUpRules();

// Stacked on both in each guest: takes away what only the zygote needs. `self` is the guest's pid: it may abort itself
// and signal nobody else.
RuleSet guestRules(int32_t self);

// The verdict for one call on our architecture.
uint32_t evaluate(const RuleSet& set, int64_t number, std::span<const uint64_t, 6> arguments);

}  // namespace mayfly::seal
