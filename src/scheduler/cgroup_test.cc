// SPDX-License-Identifier: Apache-2.0
#include "scheduler/cgroup.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/child_process.h"

namespace mayfly {
namespace {

namespace fs = std::filesystem;

TEST(Cgroup, ModesAreNamed) {
  EXPECT_EQ(cgroupModeName(CgroupMode::kNone), "none");
  EXPECT_EQ(cgroupModeName(CgroupMode::kV2), "v2");
  EXPECT_NE(cgroupModeName(CgroupMode::kV1), cgroupModeName(CgroupMode::kHybrid));
}

TEST(Cgroup, NoneBoundsNothingAndSaysSo) {
  Cgroup group = Cgroup::create(CgroupRoot(), "mayfly-test-none", {.memoryBytes = 1, .processes = 1});
  EXPECT_EQ(group.layers(), 0U);
  EXPECT_TRUE(group.add(::getpid()).ok());
  EXPECT_EQ(group.oomKills(), 0U);
  group.killAll();  // nobody: we are still here
}

// Where this machine lets us make groups. MUST_WORK=1 makes a machine without them a failure.
class RealCgroup : public testing::Test {
 protected:
  void SetUp() override {
    root_ = CgroupRoot::detect();
    EXPECT_FALSE(root_.reason().empty());
    if (root_.mode() != CgroupMode::kNone) return;
    if (std::getenv("MUST_WORK") != nullptr) FAIL() << "no control groups: " << root_.reason();
    GTEST_SKIP() << "no control groups here: " << root_.reason();
  }

  static std::string uniqueName() { return "mayfly-test-" + std::to_string(::getpid()); }

  // Folders of that name, anywhere below the mounted hierarchies.
  static size_t foldersNamed(const std::string& name) {
    size_t count = 0;
    std::error_code ignored;
    constexpr auto kSkip = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator at("/sys/fs/cgroup", kSkip, ignored), end; at != end; at.increment(ignored)) {
      if (at->path().filename() == name) ++count;
    }
    return count;
  }

  static Result<ChildProcess> sleeper() {
    SpawnOptions options;
    options.program = "/bin/sleep";
    options.arguments = {"60"};
    return ChildProcess::spawn(options);
  }

  CgroupRoot root_;
};

TEST_F(RealCgroup, IsMadeAndRemoved) {
  std::string name = uniqueName();
  {
    Cgroup group = Cgroup::create(root_, name, {.memoryBytes = 1U << 30, .processes = 100});
    EXPECT_GE(foldersNamed(name), 1U);
    EXPECT_NE(group.layers() & (seal::bit(seal::Layer::kMemoryCgroup) | seal::bit(seal::Layer::kPidsCgroup)), 0U);
    Cgroup moved = std::move(group);
    EXPECT_GE(foldersNamed(name), 1U);
  }
  EXPECT_EQ(foldersNamed(name), 0U);
}

TEST_F(RealCgroup, HoldsAProcessAndKillsIt) {
  auto child = sleeper();
  ASSERT_TRUE(child.ok());
  Cgroup group = Cgroup::create(root_, uniqueName(), {.memoryBytes = 1U << 30, .processes = 100});
  ASSERT_TRUE(group.add(child->pid()).ok());
  std::ifstream file("/proc/" + std::to_string(child->pid()) + "/cgroup");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_NE(text.find(uniqueName()), std::string::npos) << text;
  group.killAll();
  pollfd ended{child->pidfd(), POLLIN, 0};
  if (root_.mode() == CgroupMode::kV1) GTEST_SKIP() << "v1 has no cgroup.kill";
  EXPECT_EQ(::poll(&ended, 1, 10'000), 1);
}

TEST_F(RealCgroup, EndsWhatIsInItWhenItGoes) {
  if (root_.mode() == CgroupMode::kV1) GTEST_SKIP() << "v1 has no cgroup.kill";
  auto child = sleeper();
  ASSERT_TRUE(child.ok());
  std::string name = uniqueName();
  {
    Cgroup group = Cgroup::create(root_, name, {.memoryBytes = 1U << 30, .processes = 100});
    ASSERT_TRUE(group.add(child->pid()).ok());
  }
  EXPECT_TRUE(child->wait().signalled);
  EXPECT_EQ(foldersNamed(name), 0U);
}

TEST_F(RealCgroup, BoundsTheNumberOfProcesses) {
  Cgroup group = Cgroup::create(root_, uniqueName(), {.memoryBytes = 1U << 30, .processes = 2});
  if ((group.layers() & seal::bit(seal::Layer::kPidsCgroup)) == 0) GTEST_SKIP() << "no pids controller";
  std::array<int, 2> go{};
  std::array<int, 2> said{};
  ASSERT_EQ(::pipe2(go.data(), O_CLOEXEC), 0);
  ASSERT_EQ(::pipe2(said.data(), O_CLOEXEC), 0);
  SpawnOptions options;
  options.program = "/bin/sh";
  options.arguments = {"-c", "read go; sleep 2 & sleep 2 & sleep 2 & wait"};
  options.descriptors = {{go[0], 0}, {said[1], 2}};
  auto child = ChildProcess::spawn(options);
  ASSERT_TRUE(child.ok());
  ASSERT_TRUE(group.add(child->pid()).ok());
  ::close(said[1]);
  ASSERT_EQ(::write(go[1], "\n", 1), 1);
  std::string complaint;  // "Cannot fork", in as many pieces as the shell likes
  std::array<char, 256> piece{};
  while (complaint.find("fork") == std::string::npos) {
    ssize_t count = ::read(said[0], piece.data(), piece.size());
    if (count <= 0) break;
    complaint.append(piece.data(), static_cast<size_t>(count));
  }
  EXPECT_NE(complaint.find("fork"), std::string::npos) << complaint;
  for (int fd : {go[0], go[1], said[0]}) ::close(fd);
}

TEST_F(RealCgroup, AddingWhatIsNotThereIsAnError) {
  Cgroup group = Cgroup::create(root_, uniqueName(), {.memoryBytes = 1U << 30, .processes = 100});
  auto added = group.add(999'999'999);
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace mayfly
