// SPDX-License-Identifier: Apache-2.0
#pragma once

// One control group: the outer bound on memory and processes of a zygote and all its guests, and a certain way to end
// them. cgroup v2 where its controllers are there; else v1 limits with a v2 twin for the kill, where both are mounted
// (hybrid); else nothing, and then only the limits of each process hold.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "seal/layers.h"

namespace mayfly {

enum class CgroupMode : uint8_t { kNone, kV1, kHybrid, kV2 };
std::string_view cgroupModeName(CgroupMode mode);

struct CgroupLimits {
  uint64_t memoryBytes = 0;
  uint64_t processes = 0;
};

// Where groups can be made on this machine. Looks once, changes nothing but the subtree it may use.
class CgroupRoot {
 public:
  static CgroupRoot detect();

  [[nodiscard]] CgroupMode mode() const { return mode_; }
  // Why the mode is what it is, in a sentence.
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  friend class Cgroup;
  CgroupMode mode_ = CgroupMode::kNone;
  std::string reason_;
  std::string v2_;  // folder in which groups are made
  std::string v1Memory_;
  std::string v1Pids_;
};

class Cgroup {
 public:
  Cgroup() = default;  // bounds nothing
  // A new group. On any failure it bounds less, and layers() says so.
  static Cgroup create(const CgroupRoot& root, const std::string& name, const CgroupLimits& limits);

  Cgroup(Cgroup&& other) noexcept;
  Cgroup& operator=(Cgroup&& other) noexcept;
  Cgroup(const Cgroup&) = delete;
  Cgroup& operator=(const Cgroup&) = delete;
  ~Cgroup();  // ends what is left in it and removes it

  Result<void> add(pid_t pid);
  void killAll();
  // Processes that the kernel ended here for lack of memory, so far.
  [[nodiscard]] uint64_t oomKills() const;
  [[nodiscard]] seal::LayerSet layers() const { return layers_; }

 private:
  void remove();

  std::vector<std::string> folders_;
  std::string killFile_;
  std::string oomFile_;
  seal::LayerSet layers_ = 0;
};

}  // namespace mayfly
