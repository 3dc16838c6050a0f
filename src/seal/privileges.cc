// SPDX-License-Identifier: Apache-2.0
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

#include "seal/steps.h"

#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif

namespace mayfly::seal {
namespace {

Result<void> becomeIds(uint32_t uid, uint32_t gid) {
  if (::setresgid(gid, gid, gid) != 0) return errnoError("setresgid", ErrorCode::kSeal);
  if (::setresuid(uid, uid, uid) != 0) return errnoError("setresuid", ErrorCode::kSeal);
  return {};
}

}  // namespace

Result<void> dieWithParent() {
  pid_t parent = ::getppid();
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errnoError("PR_SET_PDEATHSIG", ErrorCode::kSeal);
  // SAFETY: the parent may have gone before the request took effect; then nobody would ever kill us.
  if (::getppid() != parent) return Error{ErrorCode::kSeal, "the parent has gone"};
  return {};
}

Result<void> becomeInnerUser() { return becomeIds(kInnerId, kInnerId); }

Result<void> becomeUser(uint32_t id) {
  if (::setgroups(0, nullptr) != 0) return errnoError("setgroups", ErrorCode::kSeal);
  return becomeIds(id, id);
}

Result<void> dropCapabilities() {
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  for (unsigned long capability = 0; ::prctl(PR_CAPBSET_READ, capability) >= 0; ++capability) {
    // Without CAP_SETPCAP (an ordinary user without a user namespace) the bounding set stays; with no_new_privs and
    // no exec in the filter it can give nothing.
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EPERM) {
      return errnoError("PR_CAPBSET_DROP", ErrorCode::kSeal);
    }
  }
  unsigned long locked = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED |
                         SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
  if (::prctl(PR_SET_SECUREBITS, locked) != 0 && errno != EPERM)
    return errnoError("PR_SET_SECUREBITS", ErrorCode::kSeal);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capset, &header, none) != 0) return errnoError("capset", ErrorCode::kSeal);
  return {};
}

Result<void> forbidNewPrivileges() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errnoError("PR_SET_NO_NEW_PRIVS", ErrorCode::kSeal);
  return {};
}

Result<void> forbidDumps() {
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return errnoError("PR_SET_DUMPABLE", ErrorCode::kSeal);
  return {};
}

Result<void> forbidExecutableMemory() {
  if (::prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0 && errno != EINVAL) {
    return errnoError("PR_SET_MDWE", ErrorCode::kSeal);
  }
  return {};
}

}  // namespace mayfly::seal
