// SPDX-License-Identifier: Apache-2.0
#include "bench/tied_process.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>

#include "base/clock.h"
#include "base/syscall.h"

namespace mayfly::bench {
namespace {

constexpr size_t kMaxOutput = 1U << 20U;
constexpr const char* kPrivilegeTool = "/usr/bin/setpriv";

}  // namespace

SpawnOptions tied(const std::string& program, const std::vector<std::string>& arguments) {
  SpawnOptions spawn;
  spawn.program = kPrivilegeTool;
  spawn.arguments = {"--pdeathsig", "KILL", program};
  spawn.arguments.insert(spawn.arguments.end(), arguments.begin(), arguments.end());
  return spawn;
}

Result<std::string> outputOf(const std::string& program, const std::vector<std::string>& arguments,
                             std::chrono::seconds atMost) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return errnoError("pipe2");
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  SpawnOptions spawn = tied(program, arguments);
  spawn.descriptors.push_back({theirs.get(), STDOUT_FILENO});
  spawn.descriptors.push_back({STDERR_FILENO, STDERR_FILENO});
  auto process = ChildProcess::spawn(spawn);
  if (!process) return std::move(process).error();
  theirs.reset();
  std::string output;
  MonotonicTime limit = monotonicNow() + atMost;
  for (;;) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(limit - monotonicNow()).count();
    pollfd readable{ours.get(), POLLIN, 0};
    if (left <= 0 || ::poll(&readable, 1, static_cast<int>(left)) == 0 || output.size() > kMaxOutput) {
      return Error{ErrorCode::kUnavailable, program + " did not end in time"};
    }
    std::array<char, 4096> chunk{};
    ssize_t count = retryEintr([&] { return ::read(ours.get(), chunk.data(), chunk.size()); });
    if (count <= 0) break;
    output.append(chunk.data(), static_cast<size_t>(count));
  }
  ExitStatus status = process->wait();
  if (!status.signalled && status.value == 0) return output;
  return Error{ErrorCode::kUnavailable, program + " failed"};
}

}  // namespace mayfly::bench
