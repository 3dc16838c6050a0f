// SPDX-License-Identifier: Apache-2.0
#pragma once

// What this test process holds of the machine. The oracle "nothing leaked" of security.md 3.0 compares two of these.

#include <chrono>
#include <string>
#include <vector>

#include <sys/types.h>

namespace mayfly::abuse {

struct Footprint {
  size_t processes = 0;              // descendants of this process, zombies included
  size_t descriptors = 0;            // open in this process
  std::vector<std::string> cgroups;  // folders mayfly-<our pid>-* anywhere below the cgroup mounts
  size_t mounts = 0;                 // of the seal's kind that show in our mount namespace

  static Footprint take();

  // "" when `now` holds no more than this, else what is left over.
  [[nodiscard]] std::string excessOf(const Footprint& now) const;
};

// Waits until nothing is held beyond `before`, at most for `patience`. The last excess, or "". Orphans come to us (main
// makes us their reaper) and are reaped here, so nobody else may have children while this waits.
std::string settle(const Footprint& before, std::chrono::milliseconds patience = std::chrono::seconds(10));

// Memory of this process that is resident.
uint64_t residentBytes();

// Pids of all descendants of `ancestor`, itself not included.
std::vector<pid_t> descendantsOf(pid_t ancestor);
std::vector<pid_t> childrenOf(pid_t parent);

// A field of /proc/<pid>/status ("Seccomp"), without blanks around it; "" when the process has gone.
std::string statusField(pid_t pid, const std::string& name);

}  // namespace mayfly::abuse
