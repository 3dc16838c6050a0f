// SPDX-License-Identifier: Apache-2.0
#include <sched.h>
#include <unistd.h>

#include <cstring>

#include "seal/steps.h"

namespace mayfly::seal {
namespace {

int cloneFlag(Layer layer) {
  switch (layer) {
    case Layer::kUserNamespace:
      return CLONE_NEWUSER;
    case Layer::kMountNamespace:
      return CLONE_NEWNS;
    case Layer::kPidNamespace:
      return CLONE_NEWPID;
    case Layer::kNetworkNamespace:
      return CLONE_NEWNET;
    case Layer::kIpcNamespace:
      return CLONE_NEWIPC;
    case Layer::kUtsNamespace:
      return CLONE_NEWUTS;
    case Layer::kCgroupNamespace:
      return CLONE_NEWCGROUP;
    default:
      break;
  }
  MAYFLY_CHECK(false);
  return 0;
}

}  // namespace

Result<void> enterNamespace(Layer layer) {
  if (::unshare(cloneFlag(layer)) != 0) {
    return errnoError(layerTable()[static_cast<size_t>(layer)].name, ErrorCode::kSeal);
  }
  if (layer == Layer::kUtsNamespace) {
    constexpr char kName[] = "mayfly";
    if (::sethostname(kName, strlen(kName)) != 0) return errnoError("sethostname", ErrorCode::kSeal);
  }
  return {};
}

}  // namespace mayfly::seal
