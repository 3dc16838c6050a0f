// SPDX-License-Identifier: Apache-2.0
#pragma once

// The isolation layers by name. Which are in force is data: it travels in messages, in `doctor` and in every outcome.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mayfly::seal {

enum class Layer : uint8_t {
  kUserNamespace,
  kMountNamespace,
  kPidNamespace,
  kNetworkNamespace,
  kIpcNamespace,
  kUtsNamespace,
  kCgroupNamespace,
  kEmptyRoot,
  kOwnUid,
  kNoCapabilities,
  kNoNewPrivileges,
  kNotDumpable,
  kLandlock,
  kSeccomp,
  kMemoryCgroup,
  kPidsCgroup,
};
constexpr size_t kLayerCount = 16;

// A set of layers, one bit each.
using LayerSet = uint32_t;
constexpr LayerSet bit(Layer layer) { return 1U << static_cast<unsigned>(layer); }

struct LayerInfo {
  Layer layer;
  std::string_view name;     // "network-namespace"
  std::string_view group;    // the name that --allow-weaker takes
  bool required;             // missing: refuse, unless its group was named
  std::string_view purpose;  // what it stops
  std::string_view remedy;   // what to do when it is missing
};

const std::array<LayerInfo, kLayerCount>& layerTable();

// Every layer that a process must have before guest code reaches it.
LayerSet requiredLayers();

// The layers of a group named on the command line; nothing when there is no such group or it may not be left out.
std::optional<LayerSet> weakerGroup(std::string_view group);
std::string weakerGroupNames();

// "seccomp, landlock, ..." in table order.
std::string layerNames(LayerSet layers);

}  // namespace mayfly::seal
