// SPDX-License-Identifier: Apache-2.0
#pragma once

// Calls that no guest may make. At its start the daemon has throw-away guests make each of them under the real seal
// and goes on only when the kernel has killed every one (security.md cases 81, 82, 84 and 167).

#include <array>
#include <cstdint>
#include <string_view>

namespace mayfly::seal {

struct Probe {
  std::string_view name;     // "opening a file"
  std::string_view syscall;  // "openat"
};

constexpr std::array<Probe, 7> kProbes = {{
    {"opening a file", "openat"},
    {"making a network socket", "socket(AF_INET)"},
    {"making a virtual-machine socket", "socket(AF_VSOCK)"},
    {"starting a process", "clone"},
    {"running a program", "execve"},
    {"signalling another process", "kill"},
    {"tracing another process", "ptrace"},
}};

// Makes the call. Returns only when the seal let it through: the exit status to end with.
int makeForbiddenCall(uint32_t probe);

}  // namespace mayfly::seal
