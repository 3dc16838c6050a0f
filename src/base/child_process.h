// SPDX-License-Identifier: Apache-2.0
#pragma once

// A child process of the daemon: started by posix_spawn (no code of ours runs between clone and exec),
// held by a pidfd, killed and reaped when the object goes.

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace mayfly {

struct SpawnOptions {
  std::string program;                   // absolute path
  std::vector<std::string> arguments;    // argv[1..]; argv[0] is the program
  std::vector<std::string> environment;  // "NAME=value"; nothing is inherited
  struct Inherited {
    int fd;      // ours
    int target;  // its number in the child
  };
  std::vector<Inherited> descriptors;  // everything else is closed; 0 is /dev/null, 1 and 2 too unless named here
};

struct ExitStatus {
  bool signalled = false;
  int value = 0;  // exit status, or the signal's number
};

class ChildProcess {
 public:
  static Result<ChildProcess> spawn(const SpawnOptions& options);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Readable when the process has ended.
  [[nodiscard]] int pidfd() const { return pidfd_.get(); }

  void kill(int signal);
  // Blocks until the process has ended.
  ExitStatus wait();

 private:
  ChildProcess(pid_t pid, UniqueFd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
  void stop();

  pid_t pid_ = -1;
  UniqueFd pidfd_;
};

}  // namespace mayfly
