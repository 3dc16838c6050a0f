// SPDX-License-Identifier: Apache-2.0
// Security.md cases 89, 79 and 16: what the kernel says about a guest and its zygote, read from outside while they
// live. Needs root for what belongs to another user; without it those parts are skipped by name.

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "abuse/sandbox_fixture.h"
#include "base/unique_fd.h"

namespace mayfly::abuse {
namespace {

namespace fs = std::filesystem;

std::string linkOf(const std::string& path) {
  std::error_code failure;
  return fs::read_symlink(path, failure).string();
}

std::vector<std::string> namesIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code failure;
  for (auto entry = fs::directory_iterator(folder, failure); !failure && entry != fs::directory_iterator();
       entry.increment(failure)) {
    names.push_back(entry->path().filename().string());
  }
  if (failure) names.push_back("(unreadable: " + failure.message() + ")");
  std::sort(names.begin(), names.end());
  return names;
}

bool isRoot() { return ::geteuid() == 0; }

class OutsideView : public SandboxTest {
 protected:
  // Calls `look` with the pid of a guest that lives, forked fresh or taken from the spares.
  void withLiveGuest(const std::function<void(pid_t)>& look, bool spare = false) {
    if (spare) {
      auto guests = childrenOf(sandbox().zygotePid());
      ASSERT_FALSE(guests.empty());
      return look(guests.front());
    }
    auto verdict =
        sandbox().submit(request("await new Promise((resolve) => setTimeout(resolve, 300)); export default 7;"));
    ASSERT_TRUE(sandbox().turnUntil([&] { return childrenOf(sandbox().zygotePid()).size() == 1; }));
    sandbox().turnFor(std::chrono::milliseconds(30));  // past its own filter
    auto guests = childrenOf(sandbox().zygotePid());
    ASSERT_EQ(guests.size(), 1U);
    look(guests.front());
    ASSERT_TRUE(sandbox().turnUntil([&] { return verdict->ended; }));
    EXPECT_EQ(verdict->code(), "") << *verdict;
  }

  static void expectSealed(pid_t pid, int filters) {
    EXPECT_EQ(statusField(pid, "Seccomp"), "2");
    EXPECT_EQ(statusField(pid, "Seccomp_filters"), std::to_string(filters));
    EXPECT_EQ(statusField(pid, "NoNewPrivs"), "1");
    EXPECT_EQ(statusField(pid, "Threads"), "1");
    for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
      EXPECT_EQ(statusField(pid, set), "0000000000000000") << set;
    }
    expectOwnIdentity(pid);
    expectOwnNamespaces(pid);
    expectEmptyRoot(pid);
  }

  static void expectOwnIdentity(pid_t pid) {
    std::istringstream ids(statusField(pid, "Uid"));
    uint32_t real = 0;
    ids >> real;
    uint32_t other = 0;
    while (ids >> other) EXPECT_EQ(other, real);
    EXPECT_TRUE(statusField(pid, "Groups").empty());
    if (!isRoot()) return;
    EXPECT_GE(real, 2'000'000'000U) << "a user id that no account has";
    // Not dumpable: what /proc shows of it belongs to root and not to its own user.
    struct stat info{};
    ASSERT_EQ(::stat(("/proc/" + std::to_string(pid) + "/environ").c_str(), &info), 0);
    EXPECT_EQ(info.st_uid, 0U);
  }

  static void expectOwnNamespaces(pid_t pid) {
    std::string folder = "/proc/" + std::to_string(pid) + "/ns/";
    for (const char* kind : {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup"}) {
      std::string theirs = linkOf(folder + kind);
      if (theirs.empty() && !isRoot()) GTEST_SKIP() << "namespaces of a non-dumpable process are shown to root only";
      EXPECT_NE(theirs, "") << kind;
      EXPECT_NE(theirs, linkOf(std::string("/proc/self/ns/") + kind)) << kind;
    }
  }

  static void expectEmptyRoot(pid_t pid) {
    if (!isRoot()) return;
    std::string process = "/proc/" + std::to_string(pid);
    EXPECT_EQ(namesIn(process + "/root/"), std::vector<std::string>{});  // style-ok(path): a link of /proc
    EXPECT_EQ(namesIn(process + "/cwd/"), std::vector<std::string>{});
    EXPECT_EQ(linkOf(process + "/root"), "/");
    EXPECT_EQ(linkOf(process + "/cwd"), "/");
    std::ifstream mounts(process + "/mounts");
    std::vector<std::string> lines;
    for (std::string line; std::getline(mounts, line);) lines.push_back(line);
    ASSERT_EQ(lines.size(), 1U) << "only the root is mounted";
    EXPECT_TRUE(lines[0].starts_with("mayfly / tmpfs ro,nosuid,nodev,noexec")) << lines[0];
    // A network namespace of its own with nothing in it but a loopback that is down.
    std::ifstream devices(process + "/net/dev");
    size_t count = 0;
    for (std::string line; std::getline(devices, line);) count += line.find(':') != std::string::npos ? 1 : 0;
    EXPECT_EQ(count, 1U);
    std::ifstream routes(process + "/net/fib_trie");
    std::string table((std::istreambuf_iterator<char>(routes)), std::istreambuf_iterator<char>());
    EXPECT_EQ(table.find("127.0.0.1"), std::string::npos) << "loopback is up";
  }

  // Every descriptor: the three standard ones lead to /dev/null, one more is the socket.
  static void expectDescriptors(pid_t pid, size_t sockets) {
    if (!isRoot()) return;
    std::string folder = "/proc/" + std::to_string(pid) + "/fd";
    size_t found = 0;
    for (const std::string& name : namesIn(folder)) {
      std::string target = linkOf(folder + "/" + name);
      if (name == "0" || name == "1" || name == "2") {
        EXPECT_EQ(target, "/dev/null") << name;
      } else {
        EXPECT_TRUE(target.starts_with("socket:")) << name << " is " << target;
        ++found;
      }
    }
    EXPECT_EQ(found, sockets);
  }

  // Searches all readable memory of a process. Root may.
  static std::string secretIn(pid_t pid) {
    std::string process = "/proc/" + std::to_string(pid);
    std::ifstream maps(process + "/maps");
    UniqueFd memory(::open((process + "/mem").c_str(), O_RDONLY | O_CLOEXEC));
    if (!memory.valid()) return "(memory is unreadable)";
    constexpr uint64_t kLargest = 64U << 20U;  // reservations are larger, and empty
    for (std::string line; std::getline(maps, line);) {
      uint64_t from = std::stoull(line, nullptr, 16);
      uint64_t to = std::stoull(line.substr(line.find('-') + 1), nullptr, 16);
      bool readable = line.find(" r") != std::string::npos;
      // The code of the provider and of our library cannot hold what was made at run time.
      if (!readable || line.find("/bin/node") != std::string::npos) continue;
      std::string bytes(std::min(to - from, kLargest), '\0');
      ssize_t count = ::pread(memory.get(), bytes.data(), bytes.size(), static_cast<off_t>(from));
      if (count <= 0) continue;
      bytes.resize(static_cast<size_t>(count));
      if (std::string found = Secrets::planted().foundIn(bytes); !found.empty()) return found + " in " + line;
    }
    return {};
  }
};

TEST_F(OutsideView, Case89Zygote) {
  expectSealed(sandbox().zygotePid(), 2);
  expectDescriptors(sandbox().zygotePid(), 1);
  EXPECT_EQ(
      statusField(sandbox().zygotePid(), "NSpid").substr(statusField(sandbox().zygotePid(), "NSpid").rfind('\t') + 1),
      "1");
}

TEST_F(OutsideView, Case89Guest) {
  withLiveGuest([](pid_t pid) {
    expectSealed(pid, 3);
    expectDescriptors(pid, 1);
  });
}

// The process that waits outside the pid namespace is no way in either.
TEST_F(OutsideView, Case89Keeper) {
  auto children = childrenOf(::getpid());
  ASSERT_EQ(children.size(), 1U);
  pid_t keeper = children.front();
  EXPECT_EQ(statusField(keeper, "Seccomp"), "2");
  EXPECT_EQ(statusField(keeper, "NoNewPrivs"), "1");
  EXPECT_EQ(statusField(keeper, "CapEff"), "0000000000000000");
  EXPECT_EQ(statusField(keeper, "CapBnd"), "0000000000000000");
  expectDescriptors(keeper, 0);
  expectOwnIdentity(keeper);
}

class OutsideViewOfSpares : public OutsideView {
 protected:
  SchedulerOptions options() const override {
    SchedulerOptions options = OutsideView::options();
    options.spares = 2;
    return options;
  }
};

TEST_F(OutsideViewOfSpares, Case89Spare) {
  withLiveGuest(
      [](pid_t pid) {
        expectSealed(pid, 3);
        expectDescriptors(pid, 1);
      },
      true);
}

TEST_F(OutsideView, Case89LimitsOfAGuest) {
  withLiveGuest([](pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/limits");
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    auto hard = [&text](const std::string& name) -> std::string {
      size_t at = text.find(name);
      if (at == std::string::npos) return {};
      std::istringstream words(text.substr(at + name.size()));
      std::string soft, hardLimit;
      words >> soft >> hardLimit;
      return hardLimit;
    };
    EXPECT_EQ(hard("Max core file size"), "0");
    EXPECT_EQ(hard("Max locked memory"), "0");
    EXPECT_EQ(hard("Max msgqueue size"), "0");
    EXPECT_EQ(hard("Max open files"), "64");
    EXPECT_EQ(hard("Max file size"), "0");
    EXPECT_EQ(hard("Max processes"), "0");
    EXPECT_EQ(hard("Max stack size"), std::to_string(8U << 20U));
    EXPECT_NE(hard("Max data size"), "unlimited");
    EXPECT_NE(hard("Max data size"), "");
  });
}

TEST_F(OutsideView, Case79NoSecretInAnyProcess) {
  if (!isRoot()) GTEST_SKIP() << "reading another process's memory needs root";
  // The search can find: our own memory holds them.
  EXPECT_NE(secretIn(::getpid()), "");
  EXPECT_EQ(secretIn(sandbox().zygotePid()), "");
  EXPECT_EQ(secretIn(childrenOf(::getpid()).front()), "");
  withLiveGuest([](pid_t pid) { EXPECT_EQ(secretIn(pid), ""); });
}

// Each run has a process of its own, and each zygote a user and namespaces of its own.
TEST_F(OutsideView, Case16RunsShareNothing) {
  zygoteStays_ = false;  // of the second one a zombie stays, which is ours to reap in the end
  Sandbox second(options());
  second.scheduler().warm(false);
  ASSERT_TRUE(second.turnUntil([&] { return second.zygotePid() != 0; }));
  std::vector<std::shared_ptr<Verdict>> verdicts;
  for (int i = 0; i < 5; ++i) {
    verdicts.push_back(
        sandbox().submit(request("await new Promise((resolve) => setTimeout(resolve, 300)); export default 1;")));
    verdicts.push_back(
        second.submit(request("await new Promise((resolve) => setTimeout(resolve, 300)); export default 1;")));
  }
  auto all = [&] {
    return childrenOf(sandbox().zygotePid()).size() == 5 && childrenOf(second.zygotePid()).size() == 5;
  };
  for (int i = 0; i < 200 && !all(); ++i) {
    sandbox().turnFor(std::chrono::milliseconds(2));
    second.turnFor(std::chrono::milliseconds(2));
  }
  ASSERT_TRUE(all());
  std::set<pid_t> pids;
  std::set<std::string> networks;
  std::set<std::string> users;
  for (pid_t zygote : {sandbox().zygotePid(), second.zygotePid()}) {
    for (pid_t guest : childrenOf(zygote)) {
      pids.insert(guest);
      EXPECT_TRUE(!isRoot() || statusField(guest, "Uid") != statusField(::getpid(), "Uid"));
    }
    networks.insert(linkOf("/proc/" + std::to_string(zygote) + "/ns/net"));
    users.insert(statusField(zygote, "Uid"));
  }
  EXPECT_EQ(pids.size(), 10U);
  if (isRoot()) {
    EXPECT_EQ(networks.size(), 2U);
    EXPECT_EQ(users.size(), 2U);
  }
  auto ended = [&] {
    return std::all_of(verdicts.begin(), verdicts.end(), [](const auto& each) { return each->ended; });
  };
  for (int i = 0; i < 3000 && !ended(); ++i) {
    sandbox().turnFor(std::chrono::milliseconds(2));
    second.turnFor(std::chrono::milliseconds(2));
  }
  for (const auto& verdict : verdicts) EXPECT_EQ(verdict->result(), "1");
}

}  // namespace
}  // namespace mayfly::abuse
