// SPDX-License-Identifier: Apache-2.0
// What each layer does when the ones before it are gone. Seccomp is opened first, because nothing else would ever be
// reached under it: native code in a guest makes its calls, and the layer below answers. In the product all of them are
// in force at once.

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "abuse/sandbox_fixture.h"
#include "mutation/daemon_mutations.h"

namespace mayfly::mutation {
namespace {

using namespace abuse;  // the fixture's vocabulary

SchedulerOptions withLibrary(const char* variable) {
  SchedulerOptions options;
  options.installation = testInstallation();
  const char* library = std::getenv(variable);
  MAYFLY_CHECK(library != nullptr);
  options.installation.zygoteLibrary = library;
  return options;
}

std::string call(long number, const std::string& arguments) {
  return "syscall " + std::to_string(number) + " " + arguments + "\n";
}

class WithoutSeccomp : public SandboxTest {
 protected:
  SchedulerOptions options() const override { return withLibrary("MAYFLY_TEST_OPEN"); }
  // The daemon would notice: its probes survive.
  void SetUp() override {
    leftOutOfDaemon().insert("probes");
    SandboxTest::SetUp();
  }
  void TearDown() override {
    SandboxTest::TearDown();
    leftOutOfDaemon().erase("probes");
  }

  // The results of the calls, as a guest's native code sees them.
  std::string after(const std::string& orders) {
    Verdict verdict = sandbox().run(request("badhost\n" + orders, memoryLimit(64)));
    return verdict.code() + verdict.result();
  }
};

// open(2), the root itself: the mount namespace has it, and Landlock refuses to read it.
TEST_F(WithoutSeccomp, LandlockRefusesTheRoot) { EXPECT_EQ(after(call(SYS_openat, "-100 @root 0")), "[-13]"); }

TEST_F(WithoutSeccomp, EmptyRootHasNoFiles) {
  EXPECT_EQ(after(call(SYS_openat, "-100 @passwd 0") + call(SYS_openat, "-100 @program 0")), "[-2,-2]");
}

TEST_F(WithoutSeccomp, LandlockRefusesTcp) {
  EXPECT_EQ(after(call(SYS_socket, "2 1 0") + call(SYS_connect, "3 @loopback 16")), "[3,-13]");
}

// Landlock has no say about UDP; the network namespace has no route.
TEST_F(WithoutSeccomp, NetworkNamespaceLeadsNowhere) {
  EXPECT_EQ(after(call(SYS_socket, "2 2 0") + call(SYS_connect, "3 @loopback 16")), "[3,-101]");
}

TEST_F(WithoutSeccomp, PidNamespaceHidesTheDaemon) {
  EXPECT_EQ(after(call(SYS_kill, std::to_string(::getpid()) + " 0")), "[-3]");
}

TEST_F(WithoutSeccomp, NoCapabilities) {
  EXPECT_EQ(after(call(SYS_sethostname, "@name 6") + call(SYS_chroot, "@root")), "[-1,-1]");
}

TEST_F(WithoutSeccomp, ItsOwnUser) { EXPECT_EQ(after(call(SYS_getuid, "") + call(SYS_getgid, "")), "[1000,1000]"); }

TEST_F(WithoutSeccomp, NotDumpable) {
  EXPECT_EQ(after(call(SYS_prctl, std::to_string(PR_GET_DUMPABLE) + " 0 0 0 0")), "[0]");
}

TEST_F(WithoutSeccomp, NoNewPrivileges) {
  EXPECT_EQ(after(call(SYS_prctl, std::to_string(PR_GET_NO_NEW_PRIVS) + " 0 0 0 0")), "[1]");
}

TEST_F(WithoutSeccomp, NoFurtherProcess) { EXPECT_EQ(after(call(SYS_clone, "17 0 0 0 0")), "[-11]"); }

class WithoutSeccompJitless : public WithoutSeccomp {
 protected:
  SchedulerOptions options() const override {
    SchedulerOptions options = WithoutSeccomp::options();
    options.jitless = true;
    return options;
  }
};

// mmap, writable and executable, private and anonymous.
TEST_F(WithoutSeccompJitless, NoMemoryBecomesExecutable) {
  EXPECT_EQ(after(call(SYS_mmap, "0 4096 7 34 -1 0")), "[-13]");
}

// The fourth field of /proc/PID/stat, behind a name that may hold anything but a last parenthesis; '-' and 0 when gone.
std::pair<char, pid_t> stateAndParent(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  size_t end = text.rfind(')');
  std::pair<char, pid_t> found{'-', 0};
  if (end != std::string::npos) std::istringstream(text.substr(end + 1)) >> found.first >> found.second;
  return found;
}

// The daemon would notice as well, but its loop stands still here: only the kernel acts.
TEST(Keeper, ItsZygoteDiesWithIt) {
  SchedulerOptions options;
  options.installation = testInstallation();
  Sandbox sandbox(options);
  ASSERT_EQ(sandbox.run(request("export default 1")).code(), "");
  pid_t zygote = sandbox.zygotePid();
  pid_t keeper = stateAndParent(zygote).second;
  ASSERT_GT(keeper, 1);
  ASSERT_EQ(::kill(keeper, SIGKILL), 0);
  auto gone = [&] { return std::string_view("-ZX").find(stateAndParent(zygote).first) != std::string_view::npos; };
  for (int i = 0; i < 300 && !gone(); ++i) ::usleep(10'000);
  EXPECT_TRUE(gone());
}

class GuestLimits : public SandboxTest {};

TEST_F(GuestLimits, CpuTimersStopALoop) {
  Limits limits = cpuLimit(std::chrono::milliseconds(50));
  limits.wall = std::chrono::seconds(2);
  EXPECT_EQ(sandbox().run(request("for (;;);", limits)).code(), "E_CPU");
}

// More than the limit, less than what the kernel's line would let through.
TEST_F(GuestLimits, HeapEndsAtItsLimit) {
  const char* program =
      "const a = []; for (let i = 0; i < 80; i++) a.push(new Array(131072).fill(i)); export default a.length";
  EXPECT_EQ(sandbox().run(request(program, memoryLimit(64))).code(), "E_MEM");
}

// The kernel's line lies higher and would end the process instead.
TEST_F(GuestLimits, BuffersAreRefusedWithARangeError) {
  const char* program = "export default () => { try { new ArrayBuffer(24 << 20); } catch (e) { return e.name; } }";
  EXPECT_EQ(sandbox().run(request(program, memoryLimit(16))).result(), "\"RangeError\"");
}

TEST_F(GuestLimits, ZygoteIsInItsCgroup) {
  auto needed = seal::bit(seal::Layer::kMemoryCgroup);
  if ((sandbox().scheduler().zygotes().current()->process().layers() & needed) == 0)
    GTEST_SKIP() << "no memory cgroup here";
  std::ifstream file("/proc/" + std::to_string(sandbox().zygotePid()) + "/cgroup");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_NE(text.find("/mayfly-" + std::to_string(::getpid()) + "-"), std::string::npos) << text;
}

// ---- 167: the self-test ----

// Filters that allow everything look right from outside. Only the throw-away guests notice.
TEST(SelfTest, FiltersThatAllowEverythingAreRefused) {
  Sandbox sandbox(withLibrary("MAYFLY_TEST_OPEN"));
  Verdict verdict = sandbox.run(request("export default 1"));
  EXPECT_EQ(verdict.code(), "E_SEAL") << verdict;
  EXPECT_NE(verdict.message().find("survived"), std::string::npos) << verdict;
}

}  // namespace
}  // namespace mayfly::mutation
