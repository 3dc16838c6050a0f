// SPDX-License-Identifier: Apache-2.0
#include "scheduler/process_clock.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

#include "base/unique_fd.h"

namespace mayfly {

// proc(5), fdinfo of a pidfd: a line "Pid:\t<number>", -1 when the process has ended.
pid_t pidBehind(int pidfd) {
  UniqueFd info(::open(("/proc/self/fdinfo/" + std::to_string(pidfd)).c_str(), O_RDONLY | O_CLOEXEC));
  char text[512] = {};
  if (!info.valid() || ::read(info.get(), text, sizeof text - 1) <= 0) return 0;
  const char* line = std::strstr(text, "\nPid:\t");
  if (line == nullptr) return 0;
  long pid = std::strtol(line + std::strlen("\nPid:\t"), nullptr, 10);
  return pid > 0 ? static_cast<pid_t>(pid) : 0;
}

uint64_t cpuNanosOf(pid_t pid) {
  clockid_t clock = 0;
  timespec used{};
  if (pid <= 0 || ::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return 0;
  return static_cast<uint64_t>(used.tv_sec) * 1'000'000'000U + static_cast<uint64_t>(used.tv_nsec);
}

uint64_t peakBytesOf(pid_t pid) {
  UniqueFd status(::open(("/proc/" + std::to_string(pid) + "/status").c_str(), O_RDONLY | O_CLOEXEC));
  char text[2048] = {};
  if (pid <= 0 || !status.valid() || ::read(status.get(), text, sizeof text - 1) <= 0) return 0;
  const char* line = std::strstr(text, "\nVmHWM:");
  if (line == nullptr) return 0;
  return std::strtoull(line + std::strlen("\nVmHWM:"), nullptr, 10) * 1024U;
}

// proc(5), statm: the second number, in pages.
uint64_t residentBytesOf(pid_t pid) {
  UniqueFd statm(::open(("/proc/" + std::to_string(pid) + "/statm").c_str(), O_RDONLY | O_CLOEXEC));
  char text[256] = {};
  if (pid <= 0 || !statm.valid() || ::read(statm.get(), text, sizeof text - 1) <= 0) return 0;
  const char* second = std::strchr(text, ' ');
  if (second == nullptr) return 0;
  return std::strtoull(second, nullptr, 10) * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace mayfly
