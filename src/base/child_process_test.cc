// SPDX-License-Identifier: Apache-2.0
#include "base/child_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <sstream>
#include <utility>

namespace mayfly {
namespace {

// What a shell command prints to a pipe that is its descriptor 1, and its exit status.
std::pair<std::string, int> runShell(const std::string& command, SpawnOptions options = {}) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  options.program = "/bin/sh";
  options.arguments = {"-c", command};
  options.descriptors.push_back({writer.get(), 1});
  auto child = ChildProcess::spawn(options);
  EXPECT_TRUE(child.ok());
  writer.reset();
  std::string text;
  std::array<char, 4096> chunk{};
  for (ssize_t count = 0; (count = ::read(reader.get(), chunk.data(), chunk.size())) > 0;) {
    text.append(chunk.data(), static_cast<size_t>(count));
  }
  return {text, child->wait().value};
}

TEST(ChildProcess, ReportsTheExitStatus) {
  EXPECT_EQ(runShell("exit 7").second, 7);
  SpawnOptions options;
  options.program = "/bin/true";
  auto child = ChildProcess::spawn(options);
  ASSERT_TRUE(child.ok());
  ExitStatus status = child->wait();
  EXPECT_FALSE(status.signalled);
  EXPECT_EQ(status.value, 0);
}

TEST(ChildProcess, ReportsTheSignalThatEndedIt) {
  SpawnOptions options;
  options.program = "/bin/sleep";
  options.arguments = {"60"};
  auto child = ChildProcess::spawn(options);
  ASSERT_TRUE(child.ok());
  pollfd ended{child->pidfd(), POLLIN, 0};
  EXPECT_EQ(::poll(&ended, 1, 0), 0);
  child->kill(SIGTERM);
  EXPECT_EQ(::poll(&ended, 1, 10'000), 1);
  ExitStatus status = child->wait();
  EXPECT_TRUE(status.signalled);
  EXPECT_EQ(status.value, SIGTERM);
}

TEST(ChildProcess, SaysWhatCannotBeStarted) {
  SpawnOptions options;
  options.program = "/nonexistent/program";
  auto child = ChildProcess::spawn(options);
  ASSERT_FALSE(child.ok());
  EXPECT_EQ(child.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(child.error().message.find("/nonexistent/program"), std::string::npos);
}

TEST(ChildProcess, InheritsNoEnvironmentButWhatIsNamed) {
  ASSERT_EQ(::setenv("MAYFLY_TEST_SECRET", "leaked", 1), 0);
  SpawnOptions options;
  options.environment = {"GIVEN=yes"};
  EXPECT_EQ(runShell("/usr/bin/env | /bin/grep -c SECRET; /bin/echo $GIVEN", options).first, "0\nyes\n");
}

TEST(ChildProcess, InheritsNoDescriptorButThoseNamed) {
  UniqueFd open(::open("/dev/null", O_RDONLY));  // on purpose without O_CLOEXEC
  UniqueFd high(::fcntl(open.get(), F_DUPFD, 50));
  ASSERT_GE(high.get(), 50);
  EXPECT_EQ(runShell("for fd in 0 1 2 3 4 5 6 7 8 9 49 50 51; do [ ! -e /proc/$$/fd/$fd ] || echo $fd; done").first,
            "0\n1\n2\n");
  EXPECT_EQ(runShell("readlink /proc/$$/fd/0 /proc/$$/fd/2").first, "/dev/null\n/dev/null\n");
}

TEST(ChildProcess, DescriptorsMayTradePlaces) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(::write(writer.get(), "through", 7), 7);
  writer.reset();
  SpawnOptions options;
  options.descriptors = {{null.get(), 3}, {reader.get(), 4}};  // ours are likely 3 and 4 themselves
  EXPECT_EQ(runShell("cat <&4; readlink /proc/$$/fd/3", options).first, "through/dev/null\n");
}

TEST(ChildProcess, StartsWithDefaultSignalsInASessionOfItsOwn) {
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ASSERT_EQ(::sigprocmask(SIG_BLOCK, &blocked, &before), 0);
  auto* old = std::signal(SIGPIPE, SIG_IGN);
  std::string text =
      runShell("sed -n 's/^SigBlk:.//p; s/^SigIgn:.//p' /proc/self/status; ps -o sid= -p $$; echo $$").first;
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  std::signal(SIGPIPE, old);
  std::istringstream words(text);
  std::string masked;
  std::string ignored;
  pid_t session = 0;
  pid_t pid = -1;
  words >> masked >> ignored >> session >> pid;
  EXPECT_EQ(std::stoull(masked, nullptr, 16), 0U);
  // glibc ignores the two signals that it keeps for itself, 32 and 33.
  EXPECT_EQ(std::stoull(ignored, nullptr, 16) & 0x7fffffffU, 0U);
  EXPECT_EQ(session, pid);
}

TEST(ChildProcess, EndsWithItsOwner) {
  pid_t pid = 0;
  {
    SpawnOptions options;
    options.program = "/bin/sleep";
    options.arguments = {"60"};
    auto child = ChildProcess::spawn(options);
    ASSERT_TRUE(child.ok());
    pid = child->pid();
    ChildProcess moved = std::move(*child);
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

}  // namespace
}  // namespace mayfly
