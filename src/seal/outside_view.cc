// SPDX-License-Identifier: Apache-2.0
#include "seal/outside_view.h"

#include <unistd.h>

#include <array>
#include <charconv>
#include <fstream>

namespace mayfly::seal {
namespace {

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
  return view;
}

Result<void> confirmSeal(const OutsideView& view, LayerSet claimed, int minFilters) {
  if (view.seccompMode != 2) return unsealed("no seccomp filter");
  // Kernels before 5.9 do not count them.
  if (view.seccompFilters != 0 && view.seccompFilters < minFilters) return unsealed("a seccomp filter is missing");
  if (!view.noNewPrivileges) return unsealed("no_new_privs is off");
  bool userNamespace = (claimed & bit(Layer::kUserNamespace)) != 0;
  // Without CAP_SETPCAP the bounding set cannot be emptied; it gives nothing to a process that cannot exec.
  if (view.capabilities != 0 && userNamespace) return unsealed("it has capabilities");
  if ((claimed & bit(Layer::kOwnUid)) != 0 && view.uid == ::getuid()) return unsealed("it runs as our own user");
  for (const auto& [kind, layer] : kNamespaces) {
    if ((claimed & bit(layer)) == 0) continue;
    for (const std::string& shared : view.sharedNamespaces) {
      if (shared == kind) return unsealed("it shares our " + shared + " namespace");
    }
  }
  return {};
}

}  // namespace mayfly::seal
