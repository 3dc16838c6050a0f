// SPDX-License-Identifier: Apache-2.0
#include "abuse/footprint.h"

#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

namespace mayfly::abuse {
namespace {

namespace fs = std::filesystem;

// Everybody's parent, from field 4 of /proc/<pid>/stat. The name in field 2 may hold blanks and brackets.
std::map<pid_t, pid_t> parents() {
  std::map<pid_t, pid_t> result;
  DIR* proc = ::opendir("/proc");
  while (const dirent* entry = ::readdir(proc)) {
    pid_t pid = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
    if (pid <= 0) continue;
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    std::getline(file, line);
    size_t bracket = line.rfind(')');
    if (bracket == std::string::npos) continue;
    std::istringstream rest(line.substr(bracket + 1));
    std::string state;
    pid_t parent = 0;
    rest >> state >> parent;
    result[pid] = parent;
  }
  ::closedir(proc);
  return result;
}

size_t openDescriptors() {
  size_t count = 0;
  DIR* folder = ::opendir("/proc/self/fd");
  while (const dirent* entry = ::readdir(folder)) {
    if (entry->d_name[0] != '.') ++count;
  }
  ::closedir(folder);
  return count - 1;  // the one that counted
}

std::vector<std::string> ownCgroups() {
  std::string prefix = "mayfly-" + std::to_string(::getpid()) + "-";
  std::vector<std::string> found;
  std::ifstream mounts("/proc/self/mounts");
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string source, point, type;
    words >> source >> point >> type;
    if (type != "cgroup" && type != "cgroup2") continue;
    std::error_code ignored;
    for (auto entry = fs::recursive_directory_iterator(point, fs::directory_options::skip_permission_denied, ignored);
         entry != fs::recursive_directory_iterator(); entry.increment(ignored)) {
      if (ignored) break;
      if (!entry->is_directory(ignored)) continue;
      if (entry.depth() > 3) entry.disable_recursion_pending();
      if (entry->path().filename().string().starts_with(prefix)) found.push_back(entry->path().string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

size_t sealMounts() {
  size_t count = 0;
  std::ifstream mounts("/proc/self/mounts");
  for (std::string line; std::getline(mounts, line);) {
    if (line.starts_with("mayfly ")) ++count;
  }
  return count;
}

}  // namespace

uint64_t residentBytes() {
  std::ifstream statm("/proc/self/statm");
  uint64_t size = 0;
  uint64_t resident = 0;
  statm >> size >> resident;
  return resident * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::vector<pid_t> childrenOf(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& [pid, above] : parents()) {
    if (above == parent) children.push_back(pid);
  }
  return children;
}

std::vector<pid_t> descendantsOf(pid_t ancestor) {
  auto all = parents();
  std::vector<pid_t> found;
  std::vector<pid_t> left = {ancestor};
  while (!left.empty()) {
    pid_t parent = left.back();
    left.pop_back();
    for (const auto& [pid, above] : all) {
      if (above != parent) continue;
      found.push_back(pid);
      left.push_back(pid);
    }
  }
  return found;
}

std::string statusField(pid_t pid, const std::string& name) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with(name + ":")) continue;
    size_t begin = line.find_first_not_of(" \t", name.size() + 1);
    size_t end = line.find_last_not_of(" \t");
    return begin == std::string::npos ? "" : line.substr(begin, end - begin + 1);
  }
  return {};
}

Footprint Footprint::take() {
  Footprint now;
  now.processes = descendantsOf(::getpid()).size();
  now.descriptors = openDescriptors();
  now.cgroups = ownCgroups();
  now.mounts = sealMounts();
  return now;
}

std::string Footprint::excessOf(const Footprint& now) const {
  std::ostringstream text;
  auto compare = [&](const char* what, size_t before, size_t after) {
    if (after > before) text << what << ": " << before << " before, " << after << " after; ";
  };
  compare("processes", processes, now.processes);
  compare("descriptors", descriptors, now.descriptors);
  compare("mounts", mounts, now.mounts);
  compare("cgroups", cgroups.size(), now.cgroups.size());
  return text.str();
}

std::string settle(const Footprint& before, std::chrono::milliseconds patience) {
  auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    std::string excess = before.excessOf(Footprint::take());
    if (excess.empty() || std::chrono::steady_clock::now() > deadline) return excess;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace mayfly::abuse
