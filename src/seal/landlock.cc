// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/unique_fd.h"
#include "seal/steps.h"

namespace mayfly::seal {
namespace {

// The kernel's structure as of ABI 6; Debian 12's header ends at ABI 2. The kernel accepts a longer structure when
// the part that it does not know is zero.
struct RulesetAttributes {
  uint64_t handledFiles = 0;
  uint64_t handledNetwork = 0;
  uint64_t scoped = 0;
};
constexpr uint64_t kNetworkTcp = 0b11;  // bind, connect (ABI 4)
constexpr uint64_t kScopeAll = 0b11;    // abstract Unix sockets, signals (ABI 6)

// All file rights up to each ABI: 13 in the first, then REFER, TRUNCATE, IOCTL_DEV.
uint64_t fileRights(uint32_t abi) {
  unsigned bits = 13;
  if (abi >= 2) bits = 14;
  if (abi >= 3) bits = 15;
  if (abi >= 5) bits = 16;
  return (uint64_t{1} << bits) - 1;
}

Result<void> allowReadingRoot(int ruleset) {
  UniqueFd root(::open("/", O_PATH | O_CLOEXEC | O_DIRECTORY));
  if (!root.valid()) return errnoError("opening the root for Landlock", ErrorCode::kSeal);
  landlock_path_beneath_attr rule{};
  rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
  rule.parent_fd = root.get();
  if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
    return errnoError("landlock_add_rule", ErrorCode::kSeal);
  }
  return {};
}

}  // namespace

uint32_t landlockAbi() {
  long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return abi < 0 ? 0 : static_cast<uint32_t>(abi);
}

Result<uint32_t> restrictWithLandlock(LandlockFiles files) {
  uint32_t abi = landlockAbi();
  if (abi == 0) return Error{ErrorCode::kSeal, "landlock: this kernel has none"};
  RulesetAttributes attributes;
  attributes.handledFiles = fileRights(abi);
  if (abi >= 4) attributes.handledNetwork = kNetworkTcp;
  if (abi >= 6) attributes.scoped = kScopeAll;
  size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
  UniqueFd ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0)));
  if (!ruleset.valid()) return errnoError("landlock_create_ruleset", ErrorCode::kSeal);
  if (files == LandlockFiles::kReadOnly) MAYFLY_TRY(allowReadingRoot(ruleset.get()));
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
    return errnoError("landlock_restrict_self", ErrorCode::kSeal);
  }
  return abi;
}

}  // namespace mayfly::seal
