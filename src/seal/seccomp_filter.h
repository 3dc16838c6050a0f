// SPDX-License-Identifier: Apache-2.0
#pragma once

// From a RuleSet to a BPF program. The program looks the number up in a balanced tree: the kernel walks a filter once
// for every system call number when it is installed, so a short path there is a short fork here.

#include <linux/filter.h>

#include <vector>

#include "base/result.h"
#include "seal/seccomp_rules.h"

namespace mayfly::seal {

using BpfProgram = std::vector<sock_filter>;

// Another architecture than ours, or x32, is fatal in every program.
BpfProgram compile(const RuleSet& set);

// Installs the program for this thread. Needs no_new_privs. Does not allocate.
Result<void> installFilter(const BpfProgram& program);

// The program of guestRules(), compiled once in the zygote; entering it in a fresh child only fills in the pid.
class GuestFilter {
 public:
  GuestFilter();
  // Installs it for the calling process. Does not allocate.
  Result<void> enter();

 private:
  BpfProgram program_;
  std::vector<size_t> pidAt_;
};

// What the kernel would answer: an interpreter of the few instructions that compile() uses, for tests and fuzzing.
// `visited`, when given, gets one flag per instruction that ran.
uint32_t interpret(const BpfProgram& program, const seccomp_data& call, std::vector<bool>* visited = nullptr);

}  // namespace mayfly::seal
