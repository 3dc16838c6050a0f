// SPDX-License-Identifier: Apache-2.0
#include "bench/machine.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <thread>

namespace mayfly::bench {
namespace {

constexpr int kSettleMillis = 700;
constexpr int kReadings = 7;
constexpr int kReadingGapMillis = 40;

std::string today() {
  std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
  return text.data();
}

uint64_t kilobytesOf(const std::string& text, std::string_view key) {
  return std::strtoull(fieldOf(text, key).c_str(), nullptr, 10) * 1024;
}

}  // namespace

std::string readSmallFile(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string fieldOf(std::string_view text, std::string_view key) {
  constexpr std::string_view kPadding = " \t\"";
  for (size_t begin = 0; begin < text.size();) {
    size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    size_t split = line.find_first_of(":=");
    if (split == std::string_view::npos) continue;
    std::string_view name = line.substr(0, split);
    if (name.substr(0, name.find_last_not_of(kPadding) + 1) != key) continue;
    std::string_view value = line.substr(split + 1);
    size_t first = value.find_first_not_of(kPadding);
    if (first == std::string_view::npos) return {};
    return std::string(value.substr(first, value.find_last_not_of(kPadding) - first + 1));
  }
  return {};
}

Machine describeMachine() {
  Machine machine;
  std::string cpu = readSmallFile("/proc/cpuinfo");
  machine.cpu = fieldOf(cpu, "model name");
  machine.cores = std::thread::hardware_concurrency();
  machine.memoryBytes = kilobytesOf(readSmallFile("/proc/meminfo"), "MemTotal");
  utsname system{};
  if (::uname(&system) == 0) {
    machine.kernel = std::string(system.release) + " " + system.machine;
    if (machine.cpu.empty()) machine.cpu = system.machine;
  }
  machine.system = fieldOf(readSmallFile("/etc/os-release"), "PRETTY_NAME");
  machine.date = today();
  ::getloadavg(&machine.loadBefore, 1);
  return machine;
}

uint64_t memAvailableBytes() { return kilobytesOf(readSmallFile("/proc/meminfo"), "MemAvailable"); }

uint64_t settledMemAvailable() {
  ::poll(nullptr, 0, kSettleMillis);
  std::array<uint64_t, kReadings> readings{};
  for (uint64_t& reading : readings) {
    reading = memAvailableBytes();
    ::poll(nullptr, 0, kReadingGapMillis);
  }
  std::sort(readings.begin(), readings.end());
  return readings[kReadings / 2];
}

uint64_t raiseDescriptorLimit(uint64_t wanted) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= wanted) return limit.rlim_cur;
  rlimit more{wanted, std::max<rlim_t>(wanted, limit.rlim_max)};
  if (::setrlimit(RLIMIT_NOFILE, &more) == 0) return wanted;
  limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace mayfly::bench
