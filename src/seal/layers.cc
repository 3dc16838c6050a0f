// SPDX-License-Identifier: Apache-2.0
#include "seal/layers.h"

namespace mayfly::seal {
namespace {

constexpr std::string_view kEnableUserNamespaces =
    "allow user namespaces (sysctl user.max_user_namespaces > 0; on older Debian kernel.unprivileged_userns_clone=1; "
    "on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0), in a container add "
    "--security-opt seccomp=unconfined, or name --allow-weaker=namespaces";
constexpr std::string_view kDelegate =
    "run as root, or delegate a cgroup: systemd-run --user --scope -p Delegate=yes mayfly ...";

constexpr std::array<LayerInfo, kLayerCount> kTable = {{
    {Layer::kUserNamespace, "user-namespace", "namespaces", true, "privileges of the host", kEnableUserNamespaces},
    {Layer::kMountNamespace, "mount-namespace", "namespaces", true, "the host's mounts", kEnableUserNamespaces},
    {Layer::kPidNamespace, "pid-namespace", "namespaces", true, "other processes", kEnableUserNamespaces},
    {Layer::kNetworkNamespace, "network-namespace", "namespaces", true, "every network", kEnableUserNamespaces},
    {Layer::kIpcNamespace, "ipc-namespace", "namespaces", true, "shared memory of the host", kEnableUserNamespaces},
    {Layer::kUtsNamespace, "uts-namespace", "namespaces", true, "the host's name", kEnableUserNamespaces},
    {Layer::kCgroupNamespace, "cgroup-namespace", "namespaces", true, "cgroup paths", kEnableUserNamespaces},
    {Layer::kEmptyRoot, "empty-root", "namespaces", true, "the file system", kEnableUserNamespaces},
    {Layer::kOwnUid, "own-uid", "uid", false, "processes and files of the daemon's user",
     "run the daemon as root; it then gives each zygote a user id of its own"},
    {Layer::kNoCapabilities, "no-capabilities", "", true, "privileged system calls", "this is a bug: report it"},
    {Layer::kNoNewPrivileges, "no-new-privileges", "", true, "setuid programs", "this is a bug: report it"},
    {Layer::kNotDumpable, "not-dumpable", "", true, "core files and ptrace", "this is a bug: report it"},
    {Layer::kLandlock, "landlock", "landlock", true, "files and TCP, a second time",
     "use Linux 5.13 or newer with landlock in the lsm= list, or name --allow-weaker=landlock"},
    {Layer::kSeccomp, "seccomp", "", true, "all but a short list of system calls",
     "the kernel needs CONFIG_SECCOMP_FILTER; there is no mode without it"},
    {Layer::kMemoryCgroup, "memory-cgroup", "cgroup", false, "memory of all guests together", kDelegate},
    {Layer::kPidsCgroup, "pids-cgroup", "cgroup", false, "the number of processes", kDelegate},
}};

}  // namespace

const std::array<LayerInfo, kLayerCount>& layerTable() { return kTable; }

LayerSet requiredLayers() {
  LayerSet required = 0;
  for (const LayerInfo& info : kTable) {
    if (info.required) required |= bit(info.layer);
  }
  return required;
}

std::optional<LayerSet> weakerGroup(std::string_view group) {
  LayerSet layers = 0;
  for (const LayerInfo& info : kTable) {
    if (!info.group.empty() && info.group == group) layers |= bit(info.layer);
  }
  if (layers == 0) return std::nullopt;
  return layers;
}

std::string weakerGroupNames() { return "namespaces, landlock, uid, cgroup"; }

std::string layerNames(LayerSet layers) {
  std::string names;
  for (const LayerInfo& info : kTable) {
    if ((layers & bit(info.layer)) == 0) continue;
    if (!names.empty()) names += ", ";
    names += info.name;
  }
  return names;
}

}  // namespace mayfly::seal
