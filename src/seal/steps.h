// SPDX-License-Identifier: Apache-2.0
#pragma once

// The steps of the seal, one small function each. Each does one thing, says what failed, and leaves nothing half done:
// a process in which a required step failed must exit (launch/sealed_start.cc holds the order and that rule).
// All are called in a process with one thread.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "seal/layers.h"

namespace mayfly::seal {

// Closes every descriptor above `highest`.
Result<void> closeDescriptorsAbove(int highest);

// No core files, no locked memory, few descriptors. Inherited by every guest.
Result<void> limitResources();
// No file can be written any more (RLIMIT_FSIZE). After the root is made, which for some holds files.
Result<void> forbidFileGrowth();

// At most `bytes` of private writable memory (RLIMIT_DATA).
Result<void> limitMemory(uint64_t bytes);

// The kernel kills this process when its parent ends. Forgotten by the kernel when user ids change: ask again then.
Result<void> dieWithParent();

// One namespace each. kPidNamespace takes effect for the next child.
Result<void> enterNamespace(Layer layer);

// Inside a user namespace whose maps are written: become the one user that it has.
constexpr uint32_t kInnerId = 1000;
Result<void> becomeInnerUser();
// Without a user namespace, as root: become `id`, with no groups.
Result<void> becomeUser(uint32_t id);

// A file of the sealed process's root, in memory. Files are read before the seal, while their folders can still be
// entered, and written into the new root after it: no inode of the host stays reachable.
struct RootFile {
  std::string path;  // absolute, inside
  std::string bytes;
};
// Appends the file, or every file below the folder, `source`. At most `kMaxRootBytes` in all.
constexpr size_t kMaxRootBytes = 64U << 20U;
Result<void> readTree(const std::string& source, const std::string& destination, std::vector<RootFile>& files);

// Makes a new, read-only tmpfs with nothing but `files` the root, and forgets the old one.
Result<void> emptyRoot(const std::vector<RootFile>& files);

// Empties all capability sets, the bounding set included, and locks the securebits.
Result<void> dropCapabilities();

Result<void> forbidNewPrivileges();
Result<void> forbidDumps();
// Refuses mappings that are or become executable (PR_SET_MDWE, Linux 6.3). For the jitless profile.
Result<void> forbidExecutableMemory();

// Handles every right that this kernel's Landlock knows and grants none, or only reading and mapping below the root
// for a process that must read its own program. Answers the ABI in force.
enum class LandlockFiles : uint8_t { kNone, kReadOnly };
Result<uint32_t> restrictWithLandlock(LandlockFiles files);
// The kernel's Landlock ABI, 0 when there is none.
uint32_t landlockAbi();

}  // namespace mayfly::seal
