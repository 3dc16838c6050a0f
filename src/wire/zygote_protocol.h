// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the daemon and a sealed process (zygote or tool host) say to each other over the control socket: messages of
// one fixed size, so that there is nothing to parse. Both ends are built from this file.

#include <cstdint>

namespace mayfly::wire {

constexpr int kControlFd = 3;
constexpr uint32_t kControlVersion = 1;

enum class ControlKind : uint32_t {
  // daemon -> process, in this order, once
  kStart = 1,   // seal yourself
  kMapped = 2,  // your user and group maps are written
  // process -> daemon
  kNeedMaps = 16,  // a user namespace was made; write its maps
  kReady = 17,     // sealed, filters in place, warm
  kFailed = 18,    // a step failed; the process has exited
  // daemon -> zygote
  kFork = 32,  // carries the guest's end of its socket pair
  kKill = 33,  // SIGKILL to the guest of this ticket
  // zygote -> daemon
  kForked = 48,  // carries the guest's pidfd when one was asked for
  kExited = 49,  // reaped: exact usage
};

enum ForkFlags : uint32_t {
  kForkSpare = 1,  // prime yourself, then wait for a job
  kForkFloor = 2,  // exit at once (the benchmark's floor)
  kForkWantPidfd = 4,
  kForkProbe = 8,  // make the forbidden call number `probe` under the guest's seal; see seal/probes.h
};

enum StartFlags : uint32_t {
  kStartJitless = 1,  // no executable memory after the seal
};

// What a guest of this fork may use. The kernel enforces both.
struct GuestLimits {
  uint64_t cpuNanos = 0;  // 0: the daemon watches it itself
  uint64_t memoryBytes = 0;

  bool operator==(const GuestLimits&) const = default;
};

struct ControlMessage {
  ControlKind kind{};
  uint32_t version = kControlVersion;
  uint64_t ticket = 0;  // the daemon's name for one guest

  // kStart
  uint32_t weaker = 0;  // seal::LayerSet that may be missing
  uint32_t startFlags = 0;
  uint32_t warmUpRounds = 0;  // rehearsals before the seal
  uint32_t hostId = 0;        // user id to become without a user namespace; 0: the daemon is not root
  // kFork
  uint32_t forkFlags = 0;
  int32_t waitStatus = 0;  // kExited: as wait4 gives it
  uint32_t probe = 0;
  GuestLimits limits;
  // kReady
  uint32_t layers = 0;  // seal::LayerSet that is in force
  uint32_t landlockAbi = 0;
  uint64_t baselineBytes = 0;  // private writable memory that every guest starts with
  // kForked
  int32_t pid = 0;  // in the zygote's namespace
  // kFailed
  int32_t failureErrno = 0;
  // kExited
  uint64_t userNanos = 0;
  uint64_t systemNanos = 0;
  uint64_t peakBytes = 0;
  // kReady: the V8 version; kFailed: the step
  char text[96] = {};
};

}  // namespace mayfly::wire
