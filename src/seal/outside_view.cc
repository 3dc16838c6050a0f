// SPDX-License-Identifier: Apache-2.0
#include "seal/outside_view.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <numeric>

namespace mayfly::seal {
namespace {

namespace fs = std::filesystem;

uint64_t number(std::string_view text, int base) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

void readStatusLine(std::string_view line, OutsideView& view) {
  size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  std::string_view key = line.substr(0, colon);
  std::string_view value = line.substr(colon + 1);
  if (key == "Seccomp") view.seccompMode = static_cast<int>(number(value, 10));
  if (key == "Seccomp_filters") view.seccompFilters = static_cast<int>(number(value, 10));
  if (key == "NoNewPrivs") view.noNewPrivileges = number(value, 10) == 1;
  if (key == "Uid") view.uid = static_cast<uint32_t>(number(value, 10));
  if (key == "Threads") view.threads = static_cast<int>(number(value, 10));
  if (key.starts_with("Cap")) view.capabilities |= number(value, 16);
}

std::string namespaceOf(const std::string& process, std::string_view kind) {
  std::array<char, 64> target{};
  std::string path = "/proc/" + process + "/ns/" + std::string(kind);
  ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
  return size > 0 ? std::string(target.data(), static_cast<size_t>(size)) : std::string();
}

constexpr std::array<std::pair<std::string_view, Layer>, 7> kNamespaces = {{
    {"user", Layer::kUserNamespace},
    {"mnt", Layer::kMountNamespace},
    {"pid", Layer::kPidNamespace},
    {"net", Layer::kNetworkNamespace},
    {"ipc", Layer::kIpcNamespace},
    {"uts", Layer::kUtsNamespace},
    {"cgroup", Layer::kCgroupNamespace},
}};

// proc(5): what /proc shows of a process that is not dumpable belongs to root. That tells nothing about one of root's.
std::optional<bool> isDumpable(const std::string& process, uint32_t uid) {
  struct stat info{};
  if (uid == 0 || ::stat(("/proc/" + process + "/environ").c_str(), &info) != 0) return std::nullopt;
  return info.st_uid == uid;
}

std::optional<std::vector<std::string>> namesIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code failure;
  fs::directory_iterator entry(folder, failure);
  for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
    names.push_back(entry->path().filename().string());
  }
  if (failure) return std::nullopt;
  return names;
}

std::optional<size_t> rootEntries(const std::string& process) {
  auto root = namesIn("/proc/" + process + "/root/");  // style-ok(path): a link of /proc
  auto cwd = namesIn("/proc/" + process + "/cwd/");
  if (!root || !cwd) return std::nullopt;
  return root->size() + cwd->size();
}

std::optional<std::vector<int>> descriptorsOf(const std::string& process) {
  auto names = namesIn("/proc/" + process + "/fd");
  if (!names) return std::nullopt;
  std::vector<int> descriptors;
  for (const std::string& name : *names) descriptors.push_back(static_cast<int>(number(name, 10)));
  std::sort(descriptors.begin(), descriptors.end());
  return descriptors;
}

Error unsealed(std::string_view what) {
  return Error{ErrorCode::kSeal, "the kernel does not confirm the seal: " + std::string(what)};
}

}  // namespace

Result<OutsideView> viewFromOutside(pid_t pid) {
  std::string process = std::to_string(pid);
  std::ifstream status("/proc/" + process + "/status");
  OutsideView view;
  for (std::string line; std::getline(status, line);) readStatusLine(line, view);
  if (view.threads == 0) return Error{ErrorCode::kSeal, "cannot read /proc/" + process + "/status"};
  for (const auto& [kind, layer] : kNamespaces) {
    std::string theirs = namespaceOf(process, kind);
    if (theirs.empty()) continue;
    view.namespacesReadable = true;
    if (theirs == namespaceOf("self", kind)) view.sharedNamespaces.emplace_back(kind);
  }
  view.dumpable = isDumpable(process, view.uid);
  view.rootEntries = rootEntries(process);
  view.descriptors = descriptorsOf(process);
  return view;
}

namespace {

Result<void> confirmNamespaces(const OutsideView& view, LayerSet claimed) {
  for (const auto& [kind, layer] : kNamespaces) {
    if ((claimed & bit(layer)) == 0) continue;
    for (const std::string& shared : view.sharedNamespaces) {
      if (shared == kind) return unsealed("it shares our " + shared + " namespace");
    }
  }
  return {};
}

// What only root can look at. Unknown is no objection: the other layers were confirmed, and the probes are to come.
Result<void> confirmContents(const OutsideView& view, LayerSet claimed, const SealExpectation& expected) {
  if (expected.oneThread && view.threads != 1) return unsealed("it has more than one thread");
  if ((claimed & bit(Layer::kNotDumpable)) != 0 && view.dumpable.value_or(false)) return unsealed("it is dumpable");
  bool emptyRoot = (claimed & bit(Layer::kEmptyRoot)) != 0 && !expected.filesInRoot;
  if (emptyRoot && view.rootEntries.value_or(0) != 0) return unsealed("its root is not empty");
  if (!expected.highestFd || !view.descriptors) return {};
  std::vector<int> all(static_cast<size_t>(*expected.highestFd) + 1);
  std::iota(all.begin(), all.end(), 0);
  if (*view.descriptors != all) return unsealed("it has other descriptors than it should");
  return {};
}

}  // namespace

Result<void> confirmSeal(const OutsideView& view, LayerSet claimed, const SealExpectation& expected) {
  if (view.seccompMode != 2) return unsealed("no seccomp filter");
  // Kernels before 5.9 do not count them.
  if (view.seccompFilters != 0 && view.seccompFilters < expected.minFilters)
    return unsealed("a seccomp filter is missing");
  if (!view.noNewPrivileges) return unsealed("no_new_privs is off");
  bool userNamespace = (claimed & bit(Layer::kUserNamespace)) != 0;
  // Without CAP_SETPCAP the bounding set cannot be emptied; it gives nothing to a process that cannot exec.
  if (view.capabilities != 0 && userNamespace) return unsealed("it has capabilities");
  if ((claimed & bit(Layer::kOwnUid)) != 0 && view.uid == ::getuid()) return unsealed("it runs as our own user");
  MAYFLY_TRY(confirmNamespaces(view, claimed));
  return confirmContents(view, claimed, expected);
}

}  // namespace mayfly::seal
