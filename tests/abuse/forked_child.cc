// SPDX-License-Identifier: Apache-2.0
#include "abuse/forked_child.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <ostream>

#include "base/unique_fd.h"
#include "seal/seccomp_filter.h"

namespace mayfly::abuse {
namespace {

void writeText(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text << std::flush;
}

std::string readAll(int fd) {
  std::string text;
  char piece[4096];
  for (ssize_t count = 0; (count = ::read(fd, piece, sizeof piece)) > 0;)
    text.append(piece, static_cast<size_t>(count));
  return text;
}

// An exception that leaves here ends the child: it must not go on with the parent's tests.
[[noreturn]] void report(int fd, const std::function<std::string()>& body) noexcept {
  std::string text = body();
  for (size_t sent = 0; sent < text.size();) {
    ssize_t count = ::write(fd, text.data() + sent, text.size() - sent);
    if (count <= 0) break;
    sent += static_cast<size_t>(count);
  }
  ::_exit(0);
}

}  // namespace

bool ChildReport::killedBy(int signal) const { return WIFSIGNALED(status) && WTERMSIG(status) == signal; }
bool ChildReport::exitedWith(int code) const { return WIFEXITED(status) && WEXITSTATUS(status) == code; }

std::ostream& operator<<(std::ostream& out, const ChildReport& report) {
  if (WIFSIGNALED(report.status))
    return out << "killed by " << ::strsignal(WTERMSIG(report.status)) << " '" << report.text << "'";
  return out << "exited with " << WEXITSTATUS(report.status) << " '" << report.text << "'";
}

ChildReport inChild(const std::function<std::string()>& body) {
  int ends[2] = {-1, -1};
  MAYFLY_CHECK(::pipe2(ends, O_CLOEXEC) == 0);
  UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  pid_t pid = ::fork();
  MAYFLY_CHECK(pid >= 0);
  if (pid == 0) report(ends[1], body);
  writing.reset();
  ChildReport result;
  result.text = readAll(reading.get());
  ::waitpid(pid, &result.status, 0);
  return result;
}

ChildReport inUserNamespace(const std::function<std::string()>& body) {
  int toParent[2] = {-1, -1};
  int toChild[2] = {-1, -1};
  int text[2] = {-1, -1};
  MAYFLY_CHECK(::pipe2(toParent, O_CLOEXEC) == 0 && ::pipe2(toChild, O_CLOEXEC) == 0 && ::pipe2(text, O_CLOEXEC) == 0);
  UniqueFd owners[] = {UniqueFd(toParent[0]), UniqueFd(toChild[0]), UniqueFd(toChild[1]), UniqueFd(text[0])};
  pid_t pid = ::fork();
  MAYFLY_CHECK(pid >= 0);
  if (pid == 0) {
    char byte = ::unshare(CLONE_NEWUSER) == 0 ? 'y' : 'n';
    [[maybe_unused]] ssize_t told = ::write(toParent[1], &byte, 1);
    if (byte == 'n' || ::read(toChild[0], &byte, 1) != 1) ::_exit(120);
    // Ids that have no map yet are those of nobody; setting them makes root of us.
    if (::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0) ::_exit(121);
    report(text[1], body);
  }
  ::close(toParent[1]);
  ::close(text[1]);
  char byte = 'n';
  if (::read(toParent[0], &byte, 1) == 1 && byte == 'y') {
    std::string process = "/proc/" + std::to_string(pid);
    writeText(process + "/setgroups", "deny");
    writeText(process + "/uid_map", "0 " + std::to_string(::geteuid()) + " 1");
    writeText(process + "/gid_map", "0 " + std::to_string(::getegid()) + " 1");
    [[maybe_unused]] ssize_t told = ::write(toChild[1], &byte, 1);
  }
  ChildReport result;
  result.text = readAll(text[0]);
  ::waitpid(pid, &result.status, 0);
  return result;
}

void refuseCalls(const std::vector<seal::SyscallRule>& refused) {
  auto program = seal::compile({.otherwise = SECCOMP_RET_ALLOW, .rules = refused});
  if (seal::installFilter(program).ok()) return;
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  MAYFLY_CHECK(seal::installFilter(program).ok());
}

seal::SyscallRule refusal(int64_t number, int error, std::vector<seal::ArgumentRule> arguments) {
  return {number, SECCOMP_RET_ERRNO | static_cast<uint32_t>(error), std::move(arguments), "refused by the test"};
}

std::string errorOf(long result) {
  if (result >= 0) return {};
  const char* name = ::strerrorname_np(errno);
  return name == nullptr ? std::to_string(errno) : name;
}

}  // namespace mayfly::abuse
