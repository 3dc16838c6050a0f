// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs a piece of a test in a process of its own, because it cannot be undone: a filter, a namespace, a lost privilege.

#include <functional>
#include <string>
#include <vector>

#include "seal/seccomp_rules.h"

namespace mayfly::abuse {

struct ChildReport {
  int status = 0;    // as waitpid gives it
  std::string text;  // what the child returned

  [[nodiscard]] bool killedBy(int signal) const;
  [[nodiscard]] bool exitedWith(int code) const;
};
std::ostream& operator<<(std::ostream& out, const ChildReport& report);

// `body` runs in a forked child; its text comes back. The child leaves by exit_group(0), nothing of the test runs
// after.
ChildReport inChild(const std::function<std::string()>& body);

// The same inside a new user namespace with one user, who is root in there and has every capability.
ChildReport inUserNamespace(const std::function<std::string()>& body);

// From now on the kernel answers these calls of this process and of its children with an error: a machine on which a
// layer cannot be had. Needs CAP_SYS_ADMIN, else it sets no_new_privs.
void refuseCalls(const std::vector<seal::SyscallRule>& refused);
seal::SyscallRule refusal(int64_t number, int error, std::vector<seal::ArgumentRule> arguments = {});

// "" or the name of errno ("EACCES") of a call that failed.
std::string errorOf(long result);

}  // namespace mayfly::abuse
