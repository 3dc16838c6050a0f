// SPDX-License-Identifier: Apache-2.0
#include "scheduler/cgroup.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/unique_fd.h"

namespace mayfly {
namespace {

bool writeText(const std::string& path, const std::string& text) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file.valid() && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::string readText(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

bool hasWord(const std::string& text, std::string_view word) {
  std::istringstream words(text);
  for (std::string each; words >> each;) {
    if (each == word) return true;
  }
  return false;
}

struct Mounts {
  std::string v2;
  std::string v1Memory;
  std::string v1Pids;
};

// proc(5): the mount point is field 5 of mountinfo; after " - " come the type, the source and the super options.
Mounts readMounts() {
  Mounts mounts;
  std::ifstream file("/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    size_t dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    std::istringstream before(line);
    std::istringstream after(line.substr(dash + 3));
    std::string skipped, point, type, source, options;
    before >> skipped >> skipped >> skipped >> skipped >> point;
    after >> type >> source >> options;
    if (type == "cgroup2") mounts.v2 = point;
    if (type != "cgroup") continue;
    for (char& c : options) c = c == ',' ? ' ' : c;
    if (hasWord(options, "memory")) mounts.v1Memory = point;
    if (hasWord(options, "pids")) mounts.v1Pids = point;
  }
  return mounts;
}

// The folder of our own v2 group; the line "0::<path>" of /proc/self/cgroup.
std::string ownV2Group(const std::string& mount) {
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::")) return mount + (line == "0::/" ? "" : line.substr(3));
  }
  return mount;
}

// Groups with controllers may hold no processes of their own next to children (cgroup-v2.rst, "No Internal Process
// Constraint"), so we step into a leaf first. The root group is exempt.
bool openSubtree(const std::string& folder, bool isRoot) {
  std::string available = readText(folder + "/cgroup.controllers");
  if (!hasWord(available, "memory") || !hasWord(available, "pids")) return false;
  if (!isRoot) {
    std::string leaf = folder + "/mayfly-daemon";
    ::mkdir(leaf.c_str(), 0755);
    if (!writeText(leaf + "/cgroup.procs", std::to_string(::getpid()))) return false;
  }
  return writeText(folder + "/cgroup.subtree_control", "+memory +pids");
}

bool isWritable(const std::string& folder) { return !folder.empty() && ::access(folder.c_str(), W_OK) == 0; }

// Groups of a daemon that was killed stay behind, empty. Their names hold its pid.
void removeStale(const std::string& parent) {
  if (parent.empty()) return;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(parent, failure)) {
    int pid = 0;
    // NOLINTNEXTLINE(cert-err34-c): the count of fields is looked at
    if (std::sscanf(entry.path().filename().c_str(), "mayfly-%d-", &pid) != 1 || pid <= 0) continue;
    if (::kill(pid, 0) != 0 && errno == ESRCH) ::rmdir(entry.path().c_str());
  }
}

uint64_t lastNumberAfter(const std::string& text, std::string_view key) {
  std::istringstream lines(text);
  for (std::string word, value; lines >> word >> value;) {
    if (word == key) return std::stoull(value);
  }
  return 0;
}

}  // namespace

std::string_view cgroupModeName(CgroupMode mode) {
  constexpr std::array<std::string_view, 4> kNames = {"none", "v1", "hybrid (v1 limits, v2 kill)", "v2"};
  return kNames.at(static_cast<size_t>(mode));
}

CgroupRoot CgroupRoot::detect() {
  CgroupRoot root;
  Mounts mounts = readMounts();
  if (!mounts.v2.empty()) {
    std::string own = ::geteuid() == 0 ? mounts.v2 : ownV2Group(mounts.v2);
    if (isWritable(own)) {
      bool controllers = openSubtree(own, own == mounts.v2);
      root.v2_ = own;
      removeStale(own);
      if (controllers) {
        root.mode_ = CgroupMode::kV2;
        root.reason_ = "cgroup v2 with memory and pids controllers";
        return root;
      }
    }
  }
  if (isWritable(mounts.v1Memory)) root.v1Memory_ = mounts.v1Memory;
  if (isWritable(mounts.v1Pids)) root.v1Pids_ = mounts.v1Pids;
  removeStale(root.v1Memory_);
  removeStale(root.v1Pids_);
  if (root.v1Memory_.empty() && root.v1Pids_.empty()) {
    root.reason_ = mounts.v2.empty() && mounts.v1Memory.empty()
                       ? "no cgroup file system is mounted"
                       : "no writable cgroup has the memory and pids controllers";
    return root;
  }
  root.mode_ = root.v2_.empty() ? CgroupMode::kV1 : CgroupMode::kHybrid;
  root.reason_ = "the controllers are mounted as v1";
  return root;
}

Cgroup Cgroup::create(const CgroupRoot& root, const std::string& name, const CgroupLimits& limits) {
  Cgroup group;
  auto make = [&](const std::string& parent) -> std::string {
    std::string folder = parent + "/" + name;
    if (parent.empty() || ::mkdir(folder.c_str(), 0755) != 0) return {};
    group.folders_.push_back(folder);
    return folder;
  };
  auto layer = [&](seal::Layer which, bool done) {
    if (done) group.layers_ |= seal::bit(which);
  };
  std::string memory = std::to_string(limits.memoryBytes);
  std::string processes = std::to_string(limits.processes);
  if (root.mode_ == CgroupMode::kNone) return group;
  if (std::string folder = make(root.v2_); !folder.empty()) {
    group.killFile_ = folder + "/cgroup.kill";
    if (root.mode_ == CgroupMode::kV2) {
      layer(seal::Layer::kMemoryCgroup, writeText(folder + "/memory.max", memory));
      writeText(folder + "/memory.swap.max", "0");
      layer(seal::Layer::kPidsCgroup, writeText(folder + "/pids.max", processes));
      group.oomFile_ = folder + "/memory.events";
      return group;
    }
  }
  if (std::string folder = make(root.v1Memory_); !folder.empty()) {
    layer(seal::Layer::kMemoryCgroup, writeText(folder + "/memory.limit_in_bytes", memory));
    writeText(folder + "/memory.memsw.limit_in_bytes", memory);
    group.oomFile_ = folder + "/memory.oom_control";
  }
  if (std::string folder = make(root.v1Pids_); !folder.empty()) {
    layer(seal::Layer::kPidsCgroup, writeText(folder + "/pids.max", processes));
  }
  return group;
}

Cgroup::Cgroup(Cgroup&& other) noexcept
    : folders_(std::exchange(other.folders_, {})),
      killFile_(std::exchange(other.killFile_, {})),
      oomFile_(std::exchange(other.oomFile_, {})),
      layers_(std::exchange(other.layers_, 0)) {}

Cgroup& Cgroup::operator=(Cgroup&& other) noexcept {
  if (this != &other) {
    remove();
    folders_ = std::exchange(other.folders_, {});
    killFile_ = std::exchange(other.killFile_, {});
    oomFile_ = std::exchange(other.oomFile_, {});
    layers_ = std::exchange(other.layers_, 0);
  }
  return *this;
}

Cgroup::~Cgroup() { remove(); }

Result<void> Cgroup::add(pid_t pid) {
  for (const std::string& folder : folders_) {
    if (!writeText(folder + "/cgroup.procs", std::to_string(pid))) {
      return errnoError("adding a process to " + folder, ErrorCode::kUnavailable);
    }
  }
  return {};
}

void Cgroup::killAll() {
  if (!killFile_.empty()) writeText(killFile_, "1");
}

uint64_t Cgroup::oomKills() const { return oomFile_.empty() ? 0 : lastNumberAfter(readText(oomFile_), "oom_kill"); }

void Cgroup::remove() {
  killAll();
  for (const std::string& folder : folders_) {
    // A killed process leaves its group a moment later; bounded, and the next daemon removes what stays.
    for (int attempt = 0; ::rmdir(folder.c_str()) != 0 && errno == EBUSY && attempt < 200; ++attempt) {
      ::poll(nullptr, 0, 5);
    }
  }
  folders_.clear();
}

}  // namespace mayfly
