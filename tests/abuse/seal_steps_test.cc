// SPDX-License-Identifier: Apache-2.0
// Each step of the seal, alone and in a process of its own: what it takes away is gone, and where the kernel refuses
// it, it says so by name. Security.md 5.3 to 5.5. Works as root and as an ordinary user.

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>

#include "abuse/forked_child.h"
#include "base/unique_fd.h"
#include "seal/outside_view.h"
#include "seal/probes.h"
#include "seal/seccomp_filter.h"
#include "seal/steps.h"

namespace mayfly::abuse {
namespace {

namespace fs = std::filesystem;
using seal::Layer;

std::string textOf(const Result<void>& outcome) { return outcome ? "" : outcome.error().message; }

std::string namespaceLink(const char* kind) {
  std::error_code failure;
  return fs::read_symlink(std::string("/proc/self/ns/") + kind, failure).string();
}

#define EXPECT_CHILD(report, expected)             \
  do {                                             \
    ChildReport report_ = report;                  \
    EXPECT_TRUE(report_.exitedWith(0)) << report_; \
    EXPECT_EQ(report_.text, expected);             \
  } while (false)

// ---- descriptors and limits ----

TEST(SealSteps, ClosesDescriptors) {
  EXPECT_CHILD(inChild([] {
                 int low = ::dup2(0, 90);
                 int high = ::dup2(0, 200);
                 // The pipe that carries this text lies between.
                 std::string text = textOf(seal::closeDescriptorsAbove(100));
                 text += ::fcntl(low, F_GETFD) == -1 ? " 90 gone" : "";
                 text += ::fcntl(high, F_GETFD) == -1 ? "" : " 200 stays";
                 return text;
               }),
               "");
}

TEST(SealSteps, LimitsResources) {
  EXPECT_CHILD(inChild([] {
                 std::string text = textOf(seal::limitResources()) + textOf(seal::forbidFileGrowth());
                 for (auto [resource, most] : {std::pair{RLIMIT_CORE, rlim_t{0}},
                                               {RLIMIT_FSIZE, rlim_t{0}},
                                               {RLIMIT_MEMLOCK, rlim_t{0}},
                                               {RLIMIT_MSGQUEUE, rlim_t{0}},
                                               {RLIMIT_NOFILE, rlim_t{64}},
                                               {RLIMIT_STACK, rlim_t{8U << 20U}}}) {
                   rlimit limit{};
                   ::getrlimit(resource, &limit);
                   if (limit.rlim_cur > most || limit.rlim_max > most) text += " resource " + std::to_string(resource);
                 }
                 return text;
               }),
               "");
}

TEST(SealSteps, DiesWithItsParent) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ChildReport report = inChild([&] {
    pid_t grandchild = ::fork();
    if (grandchild == 0) {
      bool asked = seal::dieWithParent().ok();
      if (::write(ends[1], asked ? "y" : "n", 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    char byte = 0;
    [[maybe_unused]] ssize_t count = ::read(ends[0], &byte, 1);
    return std::string(1, byte) + std::to_string(grandchild);
  });
  ::close(ends[1]);
  ASSERT_EQ(report.text.substr(0, 1), "y");
  // The grandchild held the pipe's other end; it is gone when the pipe has ended.
  char byte = 0;
  EXPECT_EQ(::read(ends[0], &byte, 1), 0);
  ::close(ends[0]);
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

// ---- namespaces ----

TEST(SealSteps, EntersEachNamespace) {
  EXPECT_CHILD(inUserNamespace([] {
                 std::string text;
                 for (auto [layer, kind] : {std::pair{Layer::kMountNamespace, "mnt"},
                                            {Layer::kNetworkNamespace, "net"},
                                            {Layer::kIpcNamespace, "ipc"},
                                            {Layer::kUtsNamespace, "uts"},
                                            {Layer::kCgroupNamespace, "cgroup"}}) {
                   std::string before = namespaceLink(kind);
                   text += textOf(seal::enterNamespace(layer));
                   if (namespaceLink(kind) == before) text += std::string(" same ") + kind;
                 }
                 return text;
               }),
               "");
}

TEST(SealSteps, PidNamespaceHidesEveryProcess) {
  EXPECT_CHILD(inUserNamespace([] {
                 std::string text = textOf(seal::enterNamespace(Layer::kPidNamespace));
                 pid_t child = ::fork();
                 if (child == 0) ::_exit(::getpid() == 1 && ::getppid() == 0 && ::kill(2, 0) == -1 ? 0 : 1);
                 int status = 0;
                 ::waitpid(child, &status, 0);
                 return text + (status == 0 ? "" : "it is not alone");
               }),
               "");
}

TEST(SealSteps, NetworkNamespaceIsEmpty) {
  EXPECT_CHILD(inUserNamespace([] {
                 std::string text = textOf(seal::enterNamespace(Layer::kNetworkNamespace));
                 struct if_nameindex* all = ::if_nameindex();
                 size_t count = 0;
                 while (all != nullptr && all[count].if_index != 0) ++count;
                 ::if_freenameindex(all);
                 UniqueFd sock(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
                 ifreq request{};
                 std::snprintf(request.ifr_name, sizeof request.ifr_name, "lo");
                 ::ioctl(sock.get(), SIOCGIFFLAGS, &request);
                 bool up = (request.ifr_flags & IFF_UP) != 0;
                 sockaddr_in address{
                     .sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
                 text += count == 1 && !up ? "" : "a device is there";
                 errno = 0;
                 return text + errorOf(::connect(sock.get(), reinterpret_cast<sockaddr*>(&address), sizeof address));
               }),
               "ENETUNREACH");
}

TEST(SealSteps, HostNameIsNobodys) {
  EXPECT_CHILD(inUserNamespace([] {
                 std::string text = textOf(seal::enterNamespace(Layer::kUtsNamespace));
                 utsname name{};
                 ::uname(&name);
                 return text + name.nodename;
               }),
               "mayfly");
}

TEST(SealSteps, IpcNamespaceIsEmpty) {
  int id = ::shmget(0x6d617966, 4096, IPC_CREAT | 0600);
  ASSERT_GE(id, 0);
  EXPECT_CHILD(inUserNamespace([] {
                 std::string text = textOf(seal::enterNamespace(Layer::kIpcNamespace));
                 return text + errorOf(::shmget(0x6d617966, 4096, 0600));
               }),
               "ENOENT");
  ::shmctl(id, IPC_RMID, nullptr);
}

// ---- user ids ----

TEST(SealSteps, BecomesTheInnerUser) {
  // A map with one other id than ours, as the daemon writes it.
  int ready[2];
  int go[2];
  ASSERT_EQ(::pipe2(ready, O_CLOEXEC), 0);
  ASSERT_EQ(::pipe2(go, O_CLOEXEC), 0);
  pid_t child = ::fork();
  if (child == 0) {
    bool fine = ::unshare(CLONE_NEWUSER) == 0;
    char byte = 'x';
    fine = fine && ::write(ready[1], &byte, 1) == 1 && ::read(go[0], &byte, 1) == 1;
    fine = fine && seal::becomeInnerUser().ok() && ::getuid() == seal::kInnerId && ::getegid() == seal::kInnerId;
    fine = fine && ::setuid(0) != 0 && ::setgroups(0, nullptr) != 0;
    ::_exit(fine ? 0 : 1);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  std::string process = "/proc/" + std::to_string(child);
  std::ofstream(process + "/setgroups") << "deny" << std::flush;
  std::ofstream(process + "/uid_map") << seal::kInnerId << " " << ::geteuid() << " 1" << std::flush;
  std::ofstream(process + "/gid_map") << seal::kInnerId << " " << ::getegid() << " 1" << std::flush;
  ASSERT_EQ(::write(go[1], &byte, 1), 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  for (int fd : {ready[0], ready[1], go[0], go[1]}) ::close(fd);
}

TEST(SealSteps, BecomesAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  EXPECT_CHILD(inChild([] {
                 std::string text = textOf(seal::becomeUser(2'000'000'123));
                 bool changed =
                     ::getuid() == 2'000'000'123 && ::getegid() == 2'000'000'123 && ::getgroups(0, nullptr) == 0;
                 return text + (changed ? "" : "not changed") + errorOf(::setuid(0));
               }),
               "EPERM");
}

// ---- the empty root ----

std::string lookAround() {
  std::string text;
  for (const char* path : {"/etc/passwd", "/proc/self", "/dev/null", "/tmp", "/usr", "..", "/.."}) {
    struct stat info{};
    bool there = ::stat(path, &info) == 0;
    // The parent of the root is the root.
    if (there && std::string_view(path).find("..") == std::string_view::npos) text += std::string(path) + " is there; ";
  }
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator("/", failure)) text += "/" + entry.path().filename().string() + " ";
  text += errorOf(::open("/new", O_CREAT | O_WRONLY, 0600)) + " " + errorOf(::mkdir("/new", 0700));
  return text;
}

TEST(SealSteps, RootIsEmptyAndReadOnly) {
  EXPECT_CHILD(inUserNamespace([] {
                 std::string text = textOf(seal::enterNamespace(Layer::kMountNamespace));
                 int before = ::open("/", O_PATH | O_CLOEXEC);
                 text += textOf(seal::emptyRoot({}));
                 std::array<char, 4096> cwd{};
                 text += ::getcwd(cwd.data(), cwd.size());
                 text += " " + lookAround();
                 // A descriptor from before would be a way out: the start closes all of them first.
                 text += before >= 0 && ::openat(before, "etc/passwd", O_RDONLY) >= 0
                             ? ""
                             : " the old root is gone for old descriptors as well";
                 return text;
               }),
               "/ EROFS EROFS");
}

TEST(SealSteps, RootHoldsOnlyTheFilesThatWereNamed) {
  fs::path folder = fs::temp_directory_path() / ("mayfly-seal-" + std::to_string(::getpid()));
  fs::create_directories(folder / "deep");
  std::ofstream(folder / "a.txt") << "one";
  std::ofstream(folder / "deep" / "b.txt") << "two";
  fs::create_symlink("/etc/passwd", folder / "link");
  EXPECT_CHILD(inUserNamespace([&] {
                 std::vector<seal::RootFile> files;
                 std::string text = textOf(seal::readTree(folder.string(), "/app", files));
                 text += textOf(seal::enterNamespace(Layer::kMountNamespace));
                 text += textOf(seal::emptyRoot(files));
                 std::set<std::string> paths;
                 for (const auto& entry : fs::recursive_directory_iterator("/")) paths.insert(entry.path().string());
                 for (const std::string& path : paths) text += path + " ";
                 std::ifstream file("/app/deep/b.txt");
                 std::string content;
                 file >> content;
                 text +=
                     content + " " + errorOf(::open("/app/a.txt", O_WRONLY)) + " " + errorOf(::unlink("/app/a.txt"));
                 return text;
               }),
               "/app /app/a.txt /app/deep /app/deep/b.txt /app/link two EROFS EROFS");
  fs::remove_all(folder);
}

TEST(SealSteps, TreesThatAreTooLargeAreRefused) {
  fs::path file = fs::temp_directory_path() / ("mayfly-seal-large-" + std::to_string(::getpid()));
  std::ofstream(file) << "x";
  fs::resize_file(file, seal::kMaxRootBytes + 1);
  std::vector<seal::RootFile> files;
  EXPECT_NE(textOf(seal::readTree(file.string(), "/app/x", files)).find("too large"), std::string::npos);
  EXPECT_NE(textOf(seal::readTree(file.string() + ".none", "/app/x", files)), "");
  fs::remove(file);
}

// ---- privileges ----

TEST(SealSteps, CapabilitiesAreGoneForGood) {
  EXPECT_CHILD(inUserNamespace([] {
                 std::string text = textOf(seal::dropCapabilities());
                 __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
                 __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
                 ::syscall(SYS_capget, &header, data);
                 for (const auto& each : data) {
                   if ((each.effective | each.permitted | each.inheritable) != 0) text += "a set is not empty ";
                 }
                 for (unsigned long capability = 0; ::prctl(PR_CAPBSET_READ, capability) >= 0; ++capability) {
                   if (::prctl(PR_CAPBSET_READ, capability) != 0)
                     text += "bounding " + std::to_string(capability) + " ";
                 }
                 int bits = ::prctl(PR_GET_SECUREBITS);
                 if ((bits & SECBIT_NOROOT_LOCKED) == 0 || (bits & SECBIT_NO_SETUID_FIXUP_LOCKED) == 0)
                   text += "securebits are not locked ";
                 data[0].effective = data[0].permitted = 1U << CAP_SYS_ADMIN;
                 text += errorOf(::syscall(SYS_capset, &header, data));
                 text += " " + errorOf(::mount("none", "/tmp", "tmpfs", 0, nullptr));
                 return text + " " + errorOf(::sethostname("x", 1));
               }),
               "EPERM EPERM EPERM");
}

TEST(SealSteps, NoNewPrivilegesAndNoDumps) {
  EXPECT_CHILD(inChild([] {
                 std::string text = textOf(seal::forbidNewPrivileges());
                 text += textOf(seal::forbidDumps());
                 bool done = ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 && ::prctl(PR_GET_DUMPABLE) == 0;
                 return text + (done ? "" : "not in force") + errorOf(::prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
               }),
               "EINVAL");
}

TEST(SealSteps, ExecutableMemoryIsRefused) {
  EXPECT_CHILD(inChild([] {
                 void* before = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                 std::string text = textOf(seal::forbidExecutableMemory());
                 if (::prctl(66 /* PR_GET_MDWE */, 0, 0, 0, 0) <= 0)
                   return std::string("EACCES EACCES");  // before Linux 6.3
                 text += errorOf(::mprotect(before, 4096, PROT_READ | PROT_EXEC)) + " ";
                 void* fresh = ::mmap(nullptr, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                 return text + (fresh == MAP_FAILED ? errorOf(-1) : "mapped");
               }),
               "EACCES EACCES");
}

// ---- Landlock, alone ----

class Landlock : public ::testing::Test {
 protected:
  void SetUp() override {
    if (seal::landlockAbi() == 0) GTEST_SKIP() << "this kernel has no Landlock";
  }
  static std::string restricted(const std::function<std::string()>& body,
                                seal::LandlockFiles files = seal::LandlockFiles::kNone) {
    ChildReport report = inChild([&]() -> std::string {
      ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
      auto outcome = seal::restrictWithLandlock(files);
      if (!outcome) return outcome.error().message;
      return body();
    });
    EXPECT_TRUE(report.exitedWith(0)) << report;
    return report.text;
  }
};

TEST_F(Landlock, NoFiles) {
  EXPECT_EQ(restricted([] {
              return errorOf(::open("/etc/passwd", O_RDONLY)) + " " + errorOf(::open("/", O_RDONLY | O_DIRECTORY)) +
                     " " + errorOf(::open("/tmp/mayfly-landlock", O_CREAT | O_WRONLY, 0600)) + " " +
                     errorOf(::mkdir("/tmp/mayfly-landlock", 0700)) + " " +
                     errorOf(::unlink("/tmp/mayfly-landlock-none")) + " " +
                     errorOf(::symlink("/etc", "/tmp/mayfly-landlock")) + " " +
                     errorOf(::execl("/bin/true", "true", nullptr));
            }),
            "EACCES EACCES EACCES EACCES ENOENT EACCES EACCES");
}

TEST_F(Landlock, FilesForReadingOnly) {
  EXPECT_EQ(restricted(
                [] {
                  return errorOf(::open("/etc/passwd", O_RDONLY)) + errorOf(::open("/etc", O_RDONLY | O_DIRECTORY)) +
                         " " + errorOf(::open("/etc/passwd", O_RDWR)) + " " +
                         errorOf(::mkdir("/tmp/mayfly-landlock", 0700)) + " " +
                         errorOf(::execl("/bin/true", "true", nullptr));
                },
                seal::LandlockFiles::kReadOnly),
            " EACCES EACCES EACCES");
}

TEST_F(Landlock, NoTcp) {
  if (seal::landlockAbi() < 4) GTEST_SKIP() << "needs Landlock ABI 4";
  EXPECT_EQ(restricted([] {
              UniqueFd sock(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
              sockaddr_in address{
                  .sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
              auto* raw = reinterpret_cast<sockaddr*>(&address);
              std::string text = errorOf(::connect(sock.get(), raw, sizeof address)) + " ";
              address.sin_port = htons(0);
              return text + errorOf(::bind(sock.get(), raw, sizeof address));
            }),
            "EACCES EACCES");
}

// What Landlock does not do, said by a test: UDP must be stopped by the other layers.
TEST_F(Landlock, UdpIsNotItsBusiness) {
  EXPECT_EQ(restricted([] {
              UniqueFd sock(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
              sockaddr_in address{
                  .sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
              return errorOf(::connect(sock.get(), reinterpret_cast<sockaddr*>(&address), sizeof address));
            }),
            "");
}

TEST_F(Landlock, NoSignalsAndNoAbstractSockets) {
  if (seal::landlockAbi() < 6) GTEST_SKIP() << "needs Landlock ABI 6";
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  std::snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "mayfly-test-%d", ::getpid());
  UniqueFd listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(listening.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listening.get(), 1), 0);
  EXPECT_EQ(restricted([&] {
              std::string text = errorOf(::kill(::getppid(), 0)) + " ";
              UniqueFd sock(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
              return text + errorOf(::connect(sock.get(), reinterpret_cast<sockaddr*>(&address), sizeof address));
            }),
            "EPERM EPERM");
}

TEST_F(Landlock, CannotBeTakenBack) {
  EXPECT_EQ(restricted([] {
              auto again = seal::restrictWithLandlock(seal::LandlockFiles::kReadOnly);
              return (again ? std::string() : again.error().message) + errorOf(::open("/etc/passwd", O_RDONLY));
            }),
            "EACCES");
}

// ---- what the kernel refuses ----

struct Refusal {
  const char* name;
  std::vector<seal::SyscallRule> refused;
  std::function<std::string()> step;
  const char* says;
};

constexpr uint64_t kLow = 0xffffffffULL;

std::string rootInOwnNamespace() {
  std::string text = textOf(seal::enterNamespace(Layer::kMountNamespace));
  return text + textOf(seal::emptyRoot({}));
}

TEST(SealSteps, Case91EachStepSaysWhatItCouldNotDo) {
  auto enter = [](Layer layer) { return [layer] { return textOf(seal::enterNamespace(layer)); }; };
  auto unshare = [](uint64_t flag) {
    return std::vector<seal::SyscallRule>{refusal(SYS_unshare, EPERM, {{0, kLow, flag}})};
  };
  auto prctl = [](uint64_t option) {
    return std::vector<seal::SyscallRule>{refusal(SYS_prctl, EPERM, {{0, kLow, option}})};
  };
  std::vector<Refusal> all = {
      {"user", unshare(CLONE_NEWUSER), enter(Layer::kUserNamespace), "user-namespace"},
      {"mount", unshare(CLONE_NEWNS), enter(Layer::kMountNamespace), "mount-namespace"},
      {"pid", unshare(CLONE_NEWPID), enter(Layer::kPidNamespace), "pid-namespace"},
      {"network", unshare(CLONE_NEWNET), enter(Layer::kNetworkNamespace), "network-namespace"},
      {"ipc", unshare(CLONE_NEWIPC), enter(Layer::kIpcNamespace), "ipc-namespace"},
      {"uts", unshare(CLONE_NEWUTS), enter(Layer::kUtsNamespace), "uts-namespace"},
      {"hostname", {refusal(SYS_sethostname, EPERM)}, enter(Layer::kUtsNamespace), "sethostname"},
      {"cgroup", unshare(CLONE_NEWCGROUP), enter(Layer::kCgroupNamespace), "cgroup-namespace"},
      {"mount call", {refusal(SYS_mount, EPERM)}, [] { return textOf(seal::emptyRoot({})); }, "empty root"},
      {"pivot", {refusal(SYS_pivot_root, EPERM)}, [] { return rootInOwnNamespace(); }, "pivot_root"},
      {"old root", {refusal(SYS_umount2, EPERM)}, [] { return rootInOwnNamespace(); }, "umount"},
      {"capset", {refusal(SYS_capset, EPERM)}, [] { return textOf(seal::dropCapabilities()); }, "capset"},
      {"bounding set",
       {refusal(SYS_prctl, EINVAL, {{0, kLow, PR_CAPBSET_DROP}})},
       [] { return textOf(seal::dropCapabilities()); },
       "PR_CAPBSET_DROP"},
      {"securebits",
       {refusal(SYS_prctl, EINVAL, {{0, kLow, PR_SET_SECUREBITS}})},
       [] { return textOf(seal::dropCapabilities()); },
       "PR_SET_SECUREBITS"},
      {"new privileges", prctl(PR_SET_NO_NEW_PRIVS), [] { return textOf(seal::forbidNewPrivileges()); },
       "PR_SET_NO_NEW_PRIVS"},
      {"dumps", prctl(PR_SET_DUMPABLE), [] { return textOf(seal::forbidDumps()); }, "PR_SET_DUMPABLE"},
      {"parent", prctl(PR_SET_PDEATHSIG), [] { return textOf(seal::dieWithParent()); }, "PR_SET_PDEATHSIG"},
      {"descriptors",
       {refusal(SYS_close_range, ENOSYS)},
       [] { return textOf(seal::closeDescriptorsAbove(100)); },
       "close_range"},
      {"limits",
       {refusal(SYS_prlimit64, EPERM, {{2, ~uint64_t{0xffffffffffff}, 0}})},
       [] { return textOf(seal::limitResources()); },
       "RLIMIT"},
      {"seccomp",
       {refusal(SYS_seccomp, EINVAL)},
       [] { return textOf(seal::installFilter(seal::compile(seal::ruleSet(seal::Profile::kKeeper)))); },
       "seccomp"},
      {"landlock",
       {refusal(SYS_landlock_create_ruleset, ENOSYS)},
       [] {
         auto outcome = seal::restrictWithLandlock(seal::LandlockFiles::kNone);
         return outcome ? std::string() : outcome.error().message;
       },
       "landlock"},
      {"landlock, late",
       {refusal(SYS_landlock_restrict_self, EPERM)},
       [] {
         auto outcome = seal::restrictWithLandlock(seal::LandlockFiles::kNone);
         return outcome ? std::string() : outcome.error().message;
       },
       "landlock_restrict_self"},
  };
  for (const Refusal& each : all) {
    ChildReport report = inUserNamespace([&] {
      refuseCalls(each.refused);
      return each.step();
    });
    EXPECT_TRUE(report.exitedWith(0)) << each.name << ": " << report;
    EXPECT_NE(report.text.find(each.says), std::string::npos) << each.name << ": " << report;
  }
}

// ---- the view from outside ----

seal::OutsideView goodView() {
  seal::OutsideView view;
  view.seccompMode = 2;
  view.seccompFilters = 2;
  view.noNewPrivileges = true;
  view.uid = 2'000'000'000;
  view.threads = 1;
  view.namespacesReadable = true;
  view.dumpable = false;
  view.rootEntries = 0;
  view.descriptors = {0, 1, 2, 3};
  return view;
}

TEST(OutsideViewRules, Case89EachFactIsNeeded) {
  seal::LayerSet all = ~seal::LayerSet{0};
  constexpr seal::SealExpectation kExpected = {.minFilters = 2, .oneThread = true, .highestFd = 3};
  EXPECT_TRUE(seal::confirmSeal(goodView(), all, kExpected).ok());
  auto refused = [&](auto change, const char* says) {
    seal::OutsideView view = goodView();
    change(view);
    auto outcome = seal::confirmSeal(view, all, kExpected);
    ASSERT_FALSE(outcome.ok()) << says;
    EXPECT_EQ(outcome.error().code, ErrorCode::kSeal);
    EXPECT_NE(outcome.error().message.find(says), std::string::npos) << outcome.error().message;
  };
  refused([](auto& view) { view.seccompMode = 0; }, "seccomp");
  refused([](auto& view) { view.seccompMode = 1; }, "seccomp");
  refused([](auto& view) { view.seccompFilters = 1; }, "seccomp");
  refused([](auto& view) { view.noNewPrivileges = false; }, "no_new_privs");
  refused([](auto& view) { view.capabilities = 1; }, "capabilities");
  refused([](auto& view) { view.uid = ::getuid(); }, "our own user");
  for (const char* kind : {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup"}) {
    refused([&](auto& view) { view.sharedNamespaces = {kind}; }, kind);
  }
  refused([](auto& view) { view.threads = 2; }, "thread");
  refused([](auto& view) { view.dumpable = true; }, "dumpable");
  refused([](auto& view) { view.rootEntries = 1; }, "root");
  refused([](auto& view) { view.descriptors = {0, 1, 2}; }, "descriptors");
  refused([](auto& view) { view.descriptors = {0, 1, 2, 3, 9}; }, "descriptors");
}

// The view itself: of this very process, which is not sealed at all.
TEST(OutsideViewRules, SeesAnUnsealedProcess) {
  auto view = seal::viewFromOutside(::getpid());
  ASSERT_TRUE(view.ok());
  EXPECT_EQ(view->sharedNamespaces.size(), 7U);
  EXPECT_EQ(view->uid, ::getuid());
  EXPECT_GT(view->rootEntries.value_or(0), 0U);
  ASSERT_TRUE(view->descriptors.has_value());
  EXPECT_GE(view->descriptors->size(), 3U);
  EXPECT_EQ(view->dumpable.value_or(false), ::getuid() != 0);
  EXPECT_FALSE(seal::confirmSeal(*view, 0, {}).ok());
  EXPECT_FALSE(seal::viewFromOutside(0x7ffffff0).ok());
}

// ---- layers and probes ----

TEST(Layers, NamesAreUniqueAndGroupsAreWhole) {
  std::vector<std::string_view> names;
  for (size_t i = 0; i < seal::layerTable().size(); ++i) {
    const seal::LayerInfo& info = seal::layerTable()[i];
    EXPECT_EQ(static_cast<size_t>(info.layer), i) << info.name;
    EXPECT_EQ(std::find(names.begin(), names.end(), info.name), names.end()) << info.name;
    names.push_back(info.name);
    EXPECT_FALSE(info.purpose.empty() || info.remedy.empty()) << info.name;
    if (!info.group.empty()) {
      EXPECT_NE(seal::weakerGroup(info.group).value_or(0) & seal::bit(info.layer), 0U) << info.name;
      EXPECT_NE(seal::weakerGroupNames().find(info.group), std::string::npos) << info.name;
    }
  }
  // What can never be left out has no group.
  for (const char* group :
       {"", "seccomp", "no-capabilities", "no-new-privileges", "not-dumpable", "all", "network-namespace"}) {
    EXPECT_FALSE(seal::weakerGroup(group).has_value()) << group;
  }
  EXPECT_NE(seal::requiredLayers() & seal::bit(Layer::kSeccomp), 0U);
  EXPECT_EQ(seal::layerNames(seal::bit(Layer::kSeccomp) | seal::bit(Layer::kUserNamespace)), "user-namespace, seccomp");
}

// Unsealed, a probe's call succeeds or fails, but the process lives and says so: a probe that died of something else
// would prove nothing.
TEST(Probes, Case167SurviveWithoutASeal) {
  for (uint32_t probe = 0; probe < seal::kProbes.size(); ++probe) {
    if (seal::kProbes[probe].syscall == "execve" || seal::kProbes[probe].syscall == "clone") continue;
    ChildReport report = inChild([probe] {
      ::_exit(seal::makeForbiddenCall(probe));
      return std::string();
    });
    EXPECT_FALSE(report.killedBy(SIGSYS)) << seal::kProbes[probe].name << report;
  }
}

}  // namespace
}  // namespace mayfly::abuse
