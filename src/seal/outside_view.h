// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the kernel says about a sealed process, read by the daemon from outside (security.md case 89). A process that
// only claims to be sealed gets no guest code.

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "seal/layers.h"

namespace mayfly::seal {

struct OutsideView {
  int seccompMode = 0;
  int seccompFilters = 0;
  bool noNewPrivileges = false;
  uint64_t capabilities = 0;  // all five sets, or-ed
  uint32_t uid = 0;
  int threads = 0;
  bool namespacesReadable = false;            // needs root
  std::vector<std::string> sharedNamespaces;  // of those that the daemon could compare
  // Unknown without root.
  std::optional<bool> dumpable;
  std::optional<size_t> rootEntries;  // names in its root and in its working directory
  std::optional<std::vector<int>> descriptors;
};

// What a process of its kind has besides the layers that it claims.
struct SealExpectation {
  int minFilters = 1;  // seccomp filters in force
  bool oneThread = false;
  bool filesInRoot = false;      // its root holds the program that it is to run
  std::optional<int> highestFd;  // it has every descriptor up to this one and no other; none: not looked at
};

Result<OutsideView> viewFromOutside(pid_t pid);

// E_SEAL, naming what is missing, unless the view confirms each of `claimed` and what is expected.
Result<void> confirmSeal(const OutsideView& view, LayerSet claimed, const SealExpectation& expected);

}  // namespace mayfly::seal
