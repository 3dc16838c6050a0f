// SPDX-License-Identifier: Apache-2.0
#include "seal/probes.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

namespace mayfly::seal {

int makeForbiddenCall(uint32_t probe) {
  switch (probe) {
    case 0:
      ::syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY, 0);
      break;
    case 1:
      ::syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
      break;
    case 2:
      ::syscall(SYS_socket, AF_VSOCK, SOCK_STREAM, 0);
      break;
    case 3:
      ::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
      break;
    case 4:
      ::syscall(SYS_execve, "/bin/true", nullptr, nullptr);
      break;
    case 5:
      ::syscall(SYS_kill, 1, 0);
      break;
    case 6:
      ::syscall(SYS_ptrace, PTRACE_ATTACH, 1, 0, 0);
      break;
    default:
      break;
  }
  return 1;
}

}  // namespace mayfly::seal
