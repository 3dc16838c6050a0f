// SPDX-License-Identifier: Apache-2.0
#include "base/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/syscall.h"

namespace mayfly {
namespace {

// posix_spawn's file actions with an owner.
class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  void openNull(int target) { ::posix_spawn_file_actions_addopen(&actions_, target, "/dev/null", O_RDWR, 0); }
  void duplicate(int fd, int target) { ::posix_spawn_file_actions_adddup2(&actions_, fd, target); }
  void closeFrom(int first) { ::posix_spawn_file_actions_addclosefrom_np(&actions_, first); }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

// Ours may collide with a target (we hold fd 3, the child wants another one there), so they are lifted first.
Result<std::vector<UniqueFd>> liftDescriptors(const SpawnOptions& options, int above) {
  std::vector<UniqueFd> lifted;
  for (const auto& inherited : options.descriptors) {
    UniqueFd copy(::fcntl(inherited.fd, F_DUPFD_CLOEXEC, above));
    if (!copy.valid()) return errnoError("duplicating a descriptor for a child");
    lifted.push_back(std::move(copy));
  }
  return lifted;
}

void describe(const SpawnOptions& options, const std::vector<UniqueFd>& lifted, int highest, FileActions& actions) {
  for (int standard = 0; standard <= 2; ++standard) {
    bool named = std::any_of(options.descriptors.begin(), options.descriptors.end(),
                             [&](const auto& d) { return d.target == standard; });
    if (!named) actions.openNull(standard);
  }
  for (size_t i = 0; i < lifted.size(); ++i) {
    actions.duplicate(lifted[i].get(), options.descriptors[i].target);
  }
  actions.closeFrom(highest + 1);
}

}  // namespace

Result<ChildProcess> ChildProcess::spawn(const SpawnOptions& options) {
  int highest = 2;
  for (const auto& inherited : options.descriptors) highest = std::max(highest, inherited.target);
  auto lifted = liftDescriptors(options, highest + 1);
  if (!lifted) return std::move(lifted).error();

  FileActions actions;
  describe(options, *lifted, highest, actions);
  std::vector<std::string> arguments = options.arguments;
  arguments.insert(arguments.begin(), options.program);
  auto argv = pointers(arguments);
  auto envp = pointers(options.environment);
  posix_spawnattr_t attributes{};
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  ::sigemptyset(&none);
  sigset_t all;
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  pid_t pid = -1;
  int failure = ::posix_spawn(&pid, options.program.c_str(), actions.get(), &attributes, argv.data(), envp.data());
  ::posix_spawnattr_destroy(&attributes);
  if (failure != 0) {
    errno = failure;
    return errnoError("starting " + options.program, ErrorCode::kUnavailable);
  }
  // The pid cannot be recycled before we reap it, so the pidfd names our child.
  UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  ChildProcess child(pid, std::move(pidfd));
  if (!child.pidfd_.valid()) return errnoError("pidfd_open");
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this != &other) {
    stop();
    pid_ = std::exchange(other.pid_, -1);
    pidfd_ = std::move(other.pidfd_);
  }
  return *this;
}

ChildProcess::~ChildProcess() { stop(); }

void ChildProcess::kill(int signal) {
  if (pid_ > 0) ::kill(pid_, signal);
}

ExitStatus ChildProcess::wait() {
  MAYFLY_CHECK(pid_ > 0);
  int status = 0;
  retryEintr([&] { return ::waitpid(pid_, &status, 0); });
  pid_ = -1;
  if (WIFSIGNALED(status)) return {.signalled = true, .value = WTERMSIG(status)};
  return {.signalled = false, .value = WEXITSTATUS(status)};
}

void ChildProcess::stop() {
  if (pid_ <= 0) return;
  kill(SIGKILL);
  wait();
}

}  // namespace mayfly
