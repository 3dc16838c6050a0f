// SPDX-License-Identifier: Apache-2.0
// Security.md cases 91, 93, 166 and 167: a layer that cannot be had, or a process that only says it has it. No program
// runs, and the outcome names the layer; with the operator's leave it runs, and the outcome says what was missing.

#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "abuse/forked_child.h"
#include "abuse/sandbox_fixture.h"

namespace mayfly::abuse {
namespace {

namespace fs = std::filesystem;
using seal::Layer;
using std::chrono::seconds;

SchedulerOptions plainOptions(seal::LayerSet weaker = 0) {
  SchedulerOptions options;
  options.installation = testInstallation();
  options.weaker = weaker;
  return options;
}

seal::LayerSet groups(std::initializer_list<const char*> names) {
  seal::LayerSet layers = 0;
  for (const char* name : names) layers |= seal::weakerGroup(name).value_or(0);
  return layers;
}

// The document of one run of a scheduler that lives only here.
std::string runOnce(const SchedulerOptions& options, const char* program = "export default () => 42",
                    const Limits& limits = {}) {
  Sandbox sandbox(options);
  Verdict verdict = sandbox.run(request(program, limits), seconds(30));
  return verdict.ended ? verdict.document : "no outcome";
}

// The same in a child for which `prepare` has made something impossible.
std::string runWithout(const std::function<void()>& prepare, seal::LayerSet weaker = 0) {
  ChildReport report = inChild([&] {
    prepare();
    return runOnce(plainOptions(weaker));
  });
  EXPECT_TRUE(report.exitedWith(0)) << report;
  return report.text;
}

bool has(const std::string& document, std::string_view text) { return document.find(text) != std::string::npos; }

constexpr uint64_t kLow = 0xffffffffULL;
std::vector<seal::SyscallRule> noUnshare(uint64_t flag) { return {refusal(SYS_unshare, EPERM, {{0, kLow, flag}})}; }

struct Case {
  const char* name;
  std::vector<seal::SyscallRule> refused;
  const char* says;   // in the message of E_SEAL
  const char* group;  // what --allow-weaker takes, or "" where nothing helps
  const char* layer;  // of usage.isolation, missing then
};

std::vector<Case> cases() {
  auto prctl = [](uint64_t option) {
    return std::vector<seal::SyscallRule>{refusal(SYS_prctl, EPERM, {{0, kLow, option}})};
  };
  return {
      {"mount namespace", noUnshare(CLONE_NEWNS), "mount-namespace", "namespaces", "mount-namespace"},
      {"pid namespace", noUnshare(CLONE_NEWPID), "pid-namespace", "namespaces", "pid-namespace"},
      {"network namespace", noUnshare(CLONE_NEWNET), "network-namespace", "namespaces", "network-namespace"},
      {"ipc namespace", noUnshare(CLONE_NEWIPC), "ipc-namespace", "namespaces", "ipc-namespace"},
      {"uts namespace", noUnshare(CLONE_NEWUTS), "uts-namespace", "namespaces", "uts-namespace"},
      {"cgroup namespace", noUnshare(CLONE_NEWCGROUP), "cgroup-namespace", "namespaces", "cgroup-namespace"},
      {"empty root", {refusal(SYS_pivot_root, EPERM)}, "empty root", "namespaces", "empty-root"},
      {"landlock", {refusal(SYS_landlock_create_ruleset, ENOSYS)}, "landlock", "landlock", "landlock"},
      {"capabilities", {refusal(SYS_capset, EPERM)}, "capset", "", ""},
      {"new privileges", prctl(PR_SET_NO_NEW_PRIVS), "NO_NEW_PRIVS", "", ""},
      {"dumps", prctl(PR_SET_DUMPABLE), "DUMPABLE", "", ""},
      {"seccomp", {refusal(SYS_seccomp, EINVAL)}, "seccomp", "", ""},
      {"death with the parent", prctl(PR_SET_PDEATHSIG), "PDEATHSIG", "", ""},
      {"descriptors", {refusal(SYS_close_range, ENOSYS)}, "close_range", "", ""},
  };
}

class Sabotage : public ::testing::Test {
 protected:
  void SetUp() override { before_ = Footprint::take(); }
  void TearDown() override { EXPECT_EQ(settle(before_), ""); }

 private:
  Footprint before_;
};

TEST_F(Sabotage, TheHarnessRunsWithNothingRefused) {
  std::string document = runWithout([] {});
  EXPECT_TRUE(has(document, "\"result\":42")) << document;
}

TEST_F(Sabotage, Case91EveryLayerIsNeeded) {
  for (const Case& each : cases()) {
    std::string document = runWithout([&] { refuseCalls(each.refused); });
    EXPECT_TRUE(has(document, "\"code\":\"E_SEAL\"")) << each.name << ": " << document;
    EXPECT_TRUE(has(document, each.says)) << each.name << ": " << document;
    EXPECT_FALSE(has(document, "\"result\"")) << each.name << ": " << document;
  }
}

TEST_F(Sabotage, Case166WeakerModesAreNamed) {
  for (const Case& each : cases()) {
    if (std::string_view(each.group).empty()) continue;
    std::string document = runWithout([&] { refuseCalls(each.refused); }, groups({each.group}));
    EXPECT_TRUE(has(document, "\"result\":42")) << each.name << ": " << document;
    std::string isolation = document.substr(document.find("\"isolation\""));
    EXPECT_FALSE(has(isolation, "\"" + std::string(each.layer) + "\"")) << each.name << ": " << isolation;
    EXPECT_TRUE(has(isolation, "\"seccomp\"")) << each.name << ": " << isolation;
    // Leave for one group is no leave for another.
    const char* other = std::string_view(each.group) == "landlock" ? "namespaces" : "landlock";
    document = runWithout([&] { refuseCalls(each.refused); }, groups({other}));
    EXPECT_TRUE(has(document, "\"code\":\"E_SEAL\"")) << each.name << ": " << document;
  }
}

TEST_F(Sabotage, Case166WhatCannotBeLeftOutStaysRequired) {
  for (const Case& each : cases()) {
    if (!std::string_view(each.group).empty()) continue;
    std::string document =
        runWithout([&] { refuseCalls(each.refused); }, groups({"namespaces", "landlock", "uid", "cgroup"}));
    EXPECT_TRUE(has(document, "\"code\":\"E_SEAL\"")) << each.name << ": " << document;
  }
}

// A kernel that allows no further user namespace: the sysctl of a namespace around us.
std::string withoutUserNamespaces(const std::function<std::string()>& body) {
  ChildReport report = inUserNamespace([&]() -> std::string {
    std::ofstream limit("/proc/sys/user/max_user_namespaces");
    limit << "0" << std::flush;
    if (!limit.good()) return "cannot set max_user_namespaces";
    return body();
  });
  EXPECT_TRUE(report.exitedWith(0)) << report;
  return report.text;
}

TEST_F(Sabotage, Case166NoUserNamespaces) {
  std::string document = withoutUserNamespaces([] { return runOnce(plainOptions()); });
  EXPECT_TRUE(has(document, "\"code\":\"E_SEAL\"")) << document;
  EXPECT_TRUE(has(document, "user-namespace")) << document;
  // The only user of the namespace around us is root, so the sealed process cannot become another one either.
  document = withoutUserNamespaces([] { return runOnce(plainOptions(groups({"namespaces", "uid"}))); });
  EXPECT_TRUE(has(document, "\"result\":42")) << document;
  std::string isolation = document.substr(document.find("\"isolation\""));
  EXPECT_FALSE(has(isolation, "\"user-namespace\"")) << isolation;
  for (const char* layer : {"seccomp", "landlock", "no-new-privileges", "no-capabilities", "not-dumpable"}) {
    EXPECT_TRUE(has(isolation, "\"" + std::string(layer) + "\"")) << isolation;
  }
}

// Root without the right to make any namespace, as in many containers.
TEST_F(Sabotage, Case166NoNamespacesAtAll) {
  auto none = [] { refuseCalls({refusal(SYS_unshare, EPERM), refusal(SYS_mount, EPERM)}); };
  std::string document = runWithout(none);
  EXPECT_TRUE(has(document, "\"code\":\"E_SEAL\"")) << document;
  document = runWithout(none, groups({"namespaces"}));
  EXPECT_TRUE(has(document, "\"result\":42") || has(document, "\"code\":\"E_SEAL\"")) << document;
  if (::geteuid() == 0) {
    EXPECT_TRUE(has(document, "\"result\":42")) << document;
    std::string isolation = document.substr(document.find("\"isolation\""));
    EXPECT_TRUE(has(isolation, "\"own-uid\"") && has(isolation, "\"seccomp\"")) << isolation;
    EXPECT_FALSE(has(isolation, "namespace")) << isolation;
  }
}

// Even in the weakest mode that there is, native code gets nowhere.
TEST_F(Sabotage, Case166TheWeakestModeStillKills) {
  for (const char* order : {"syscall 257 -100 @passwd 0", "syscall 41 2 1 0", "syscall 56 17 0 0 0 0",
                            "syscall 62 @parent 9", "syscall 101 16 @parent 0 0"}) {
    ChildReport report = inChild([&] {
      refuseCalls(
          {refusal(SYS_unshare, EPERM), refusal(SYS_mount, EPERM), refusal(SYS_landlock_create_ruleset, ENOSYS)});
      SchedulerOptions options = plainOptions(groups({"namespaces", "landlock", "uid", "cgroup"}));
      options.installation.zygoteLibrary = badhostLibrary();
      return runOnce(options, (std::string("badhost\n") + order + "\n").c_str());
    });
#if defined(__x86_64__)
    EXPECT_TRUE(has(report.text, "\"code\":\"E_HOST_KILLED\"")) << order << report;
#endif
  }
}

// ---- parts that are missing or not what they should be ----

TEST_F(Sabotage, Case166PartsThatAreMissing) {
  auto with = [](const std::function<void(Installation&)>& change) {
    SchedulerOptions options = plainOptions();
    change(options.installation);
    return runOnce(options);
  };
  for (const std::string& document :
       {with([](Installation& parts) { parts.provider = "/nonexistent/node"; }),
        with([](Installation& parts) { parts.provider = "/bin/true"; }),
        with([](Installation& parts) { parts.provider = "/etc/passwd"; }),
        with([](Installation& parts) { parts.zygoteLibrary = "/nonexistent/library.so"; }),
        with([](Installation& parts) { parts.zygoteLibrary = "/etc/passwd"; })}) {
    EXPECT_TRUE(has(document, "\"code\":\"E_UNAVAILABLE\"") || has(document, "\"code\":\"E_SEAL\"")) << document;
    EXPECT_FALSE(has(document, "\"result\"")) << document;
  }
}

// ---- 93 and 167: lies over the control socket ----

class Liars : public Sabotage {
 protected:
  void SetUp() override {
    Sabotage::SetUp();
    folder_ = fs::temp_directory_path() / ("mayfly-liars-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override {
    fs::remove_all(folder_);
    Sabotage::TearDown();
  }

  // The document of a run whose zygote lies in that way, made in a child: a daemon that hangs or breaks shows.
  std::string lie(const std::string& how) {
    ChildReport report = inChild([&] {
      ::alarm(60);
      return runLie(how);
    });
    EXPECT_TRUE(report.exitedWith(0)) << how << ": " << report;
    EXPECT_FALSE(has(report.text, "\"result\"")) << how << ": " << report;
    return report.text;
  }

 private:
  std::string runLie(const std::string& how) {
    fs::path library = folder_ / ("libmayfly-liar." + how + ".so");
    if (!fs::exists(library)) fs::create_symlink(liarLibrary(), library);
    SchedulerOptions options = plainOptions(groups({"namespaces", "landlock", "uid", "cgroup"}));
    options.installation.zygoteLibrary = library.string();
    options.zygoteAnswerLimit = seconds(1);
    Limits limits;
    limits.wall = seconds(2);
    return runOnce(options, "export default () => 42", limits);
  }

  fs::path folder_;
};

TEST_F(Liars, Case89ClaimsAreChecked) {
  std::string document = lie("unsealed");
  EXPECT_TRUE(has(document, "\"code\":\"E_SEAL\"")) << document;
  EXPECT_TRUE(has(document, "does not confirm")) << document;
  document = lie("filters-only");
  EXPECT_TRUE(has(document, "\"code\":\"E_SEAL\"")) << document;
  EXPECT_TRUE(has(document, "does not confirm")) << document;
}

TEST_F(Liars, Case93LiesBeforeTheSeal) {
  for (auto [how, code] : {std::pair{"early", "E_PROTO"},
                           {"short", "E_PROTO"},
                           {"empty-kind", "E_PROTO"},
                           {"version", "E_PROTO"},
                           {"maps-twice", "E_SEAL"},  // it has no user namespace: the kernel refuses the first
                           {"failed", "E_SEAL"},
                           {"flood", "E_SEAL"},
                           {"exit", "E_UNAVAILABLE"},
                           {"crash", "E_UNAVAILABLE"}}) {
    std::string document = lie(how);
    EXPECT_TRUE(has(document, "\"code\":\"" + std::string(code) + "\"")) << how << ": " << document;
  }
}

// Under a seal that is real: the zygote is lost to an attacker. Its own runs may be, the daemon is not.
TEST_F(Liars, Case93LiesUnderTheSeal) {
  for (auto [how, code] : {std::pair{"sealed-exits", "E_HOST_KILLED"},  // its own run's end is its to tell
                           {"sealed-forks-twice", "E_UNAVAILABLE"},
                           {"sealed-unforked", "E_UNAVAILABLE"},
                           {"sealed-foreign", "E_UNAVAILABLE"},
                           {"sealed-ready-twice", "E_UNAVAILABLE"},
                           {"sealed-maps", "E_UNAVAILABLE"},
                           {"sealed-fails", "E_UNAVAILABLE"},
                           {"sealed-confused", "E_UNAVAILABLE"}}) {
    std::string document = lie(how);
    EXPECT_TRUE(has(document, "\"code\":\"" + std::string(code) + "\"")) << how << ": " << document;
  }
}

// A flood must not keep the daemon from its other work; here that other work is the run's own end.
TEST_F(Liars, Case94ControlFlood) {
  std::string document = lie("sealed-flood");
  EXPECT_TRUE(has(document, "\"code\":\"E_UNAVAILABLE\"")) << document;
}

// No answer to the fork of a run; none to the fork of the self-test; a fork, and then nothing when it is killed.
TEST_F(Liars, Case94ZygoteThatDoesNotAnswer) {
  std::string document = lie("sealed-silent");
  EXPECT_TRUE(has(document, "\"code\":\"E_UNAVAILABLE\"")) << document;
  document = lie("sealed-silent-probes");
  EXPECT_TRUE(has(document, "\"code\":\"E_UNAVAILABLE\"")) << document;
  document = lie("sealed-forks-only");
  EXPECT_TRUE(has(document, "\"code\":\"E_WALL\"")) << document;
  EXPECT_TRUE(has(document, "usage is not known")) << document;
}

}  // namespace
}  // namespace mayfly::abuse
