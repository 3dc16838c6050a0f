// SPDX-License-Identifier: Apache-2.0
#include "scheduler/verdict.h"

#include <sys/wait.h>

#include <csignal>
#include <cstring>
#include <utility>

namespace mayfly {
namespace {

using std::chrono::duration_cast;

// What a guest says on its way out; see guest/memory_budget.h. Believed only for what it is: its own word.
constexpr int kExitOutOfMemory = 86;

std::string megabytes(uint64_t bytes) { return std::to_string(bytes >> 20U) + " MB"; }

}  // namespace

RunError fromError(const Error& error) {
  RunError result;
  result.code = error.code;
  result.message = error.message;
  return result;
}

RunError fromFailure(const wire::Failure& failure) {
  RunError error;
  error.code = failure.code;
  error.name = failure.name;
  error.message = failure.message;
  error.hint = failure.hint;
  error.detailJson = failure.detailJson;
  error.frames = failure.frames;
  for (const wire::Failure& cause : failure.causes) error.causes.push_back(fromFailure(cause));
  return error;
}

RunError limitError(ErrorCode code, std::string limit, std::string message) {
  RunError error;
  error.code = code;
  error.limit = std::move(limit);
  error.message = std::move(message);
  return error;
}

// The guest ended without a reply. The kernel's account says why.
RunError explainDeath(const GuestExit& exit, const Limits& limits, uint64_t baselineResident) {
  RunError error;
  if (exit.forkErrno != 0) {
    return fromError(Error{ErrorCode::kBusy,
                           std::string("no process could be made for this run: ") + strerrordesc_np(exit.forkErrno)});
  }
  if (exit.lost) {
    return fromError(Error{ErrorCode::kUnavailable, "the zygote ended and took this run along; send it again"});
  }
  bool signalled = WIFSIGNALED(exit.waitStatus);
  int signal = signalled ? WTERMSIG(exit.waitStatus) : 0;
  // What a spare needed between its readiness and the start of its CPU limit is missing from its account.
  uint64_t cpuLimit = static_cast<uint64_t>(limits.cpu.count());
  bool killedNearLimit = signal == SIGKILL && exit.cpuNanos() >= cpuLimit / 10 * 9 && !exit.memoryRanOut;
  if (exit.cpuNanos() >= cpuLimit || killedNearLimit) {
    error.code = ErrorCode::kCpu;
  } else if (signal == SIGSYS) {
    error.code = ErrorCode::kKilled;
    error.message = "the guest made a system call that its seal forbids; the kernel ended it";
  } else if (!signalled && WEXITSTATUS(exit.waitStatus) == kExitOutOfMemory) {
    error.code = ErrorCode::kMemory;
  } else if (signal == SIGKILL && exit.memoryRanOut) {
    error.code = ErrorCode::kMemory;
  } else if (signal == SIGTRAP && exit.peakBytes >= baselineResident + limits.memoryBytes) {
    error.code = ErrorCode::kMemory;  // V8 gives up with a trap when there is no memory to collect garbage with
  } else {
    error.code = ErrorCode::kCrashed;
    error.message = signalled ? "the guest process died of " +
                                    std::string(sigabbrev_np(signal) != nullptr ? sigabbrev_np(signal) : "a signal")
                              : "the guest process exited with status " + std::to_string(WEXITSTATUS(exit.waitStatus)) +
                                    " and no reply";
  }
  refineLimitError(error, limits);
  return error;
}

void refineLimitError(RunError& error, const Limits& limits) {
  if (error.code == ErrorCode::kCpu) {
    error.limit = "cpuMs";
    error.message = "the program used up its CPU time of " +
                    std::to_string(duration_cast<std::chrono::milliseconds>(limits.cpu).count()) +
                    " ms; look for a loop that does not end, or raise cpuMs";
  } else if (error.code == ErrorCode::kMemory) {
    error.limit = "memoryMb";
    error.message = "the program needed more than its " + megabytes(limits.memoryBytes) +
                    " of memory; keep less at once, or raise memoryMb";
  } else if (error.code == ErrorCode::kOutput) {
    error.limit = "outputBytes";
  }
}

}  // namespace mayfly
