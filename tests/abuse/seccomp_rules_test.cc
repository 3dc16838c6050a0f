// SPDX-License-Identifier: Apache-2.0
// Security.md case 88: rule by rule, a good call survives and a bad one dies, in the kernel; and the compiled programs
// agree with the plain reference on random calls, with every instruction run. MAYFLY_FUZZ_SECONDS lengthens the latter.

#include <linux/audit.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <random>

#include "abuse/forked_child.h"
#include "base/clock.h"
#include "seal/seccomp_filter.h"

namespace mayfly::abuse {
namespace {

using seal::ArgumentRule;
using seal::RuleSet;
using seal::SyscallRule;
using Arguments = std::array<uint64_t, 6>;

#if defined(__x86_64__)
constexpr uint32_t kOurArchitecture = AUDIT_ARCH_X86_64;
#else
constexpr uint32_t kOurArchitecture = AUDIT_ARCH_AARCH64;
#endif

struct Named {
  std::string name;
  RuleSet set;
};

std::vector<Named> allSets() {
  return {{"zygote", seal::ruleSet(seal::Profile::kZygote)},
          {"zygote jitless", seal::ruleSet(seal::Profile::kZygoteJitless)},
          {"tool host", seal::ruleSet(seal::Profile::kToolHost)},
          {"keeper", seal::ruleSet(seal::Profile::kKeeper)},
          {"after warm-up", seal::afterWarmUpRules()},
          {"guest", seal::guestRules(4711)}};
}

constexpr uint64_t kNowhere = ~uint64_t{0};  // as a descriptor or an address: a mistake without effect

// What a call is made with where its rule does not say: -1 makes nearly every call fail early; these need something
// else.
Arguments harmless(int64_t number) {
  static timespec none{};
  Arguments arguments;
  arguments.fill(kNowhere);
  auto moment = reinterpret_cast<uint64_t>(&none);
  switch (number) {
#ifdef SYS_poll
    case SYS_poll:
      return {0, 0, 0, 0, 0, 0};
#endif
    case SYS_ppoll:
      return {0, 0, moment, 0, 8, 0};
    case SYS_wait4:
      return {kNowhere, 0, WNOHANG, 0, 0, 0};
    case SYS_kill:
      return {static_cast<uint64_t>(::getpid()), 0, 0, 0, 0, 0};
    case SYS_clone:
      return {0, 0, 0, 0, 0, 0};
    case SYS_exit:
    case SYS_exit_group:
      return {42, 0, 0, 0, 0, 0};
    case SYS_mmap:
      return {0, 0, 0, 0, kNowhere, 0};  // no length: EINVAL
    case SYS_brk:
    case SYS_set_tid_address:
      return {0, 0, 0, 0, 0, 0};
    default:
      return arguments;
  }
}

Arguments goodArguments(const SyscallRule& rule) {
  Arguments arguments = harmless(rule.number);
  for (const ArgumentRule& each : rule.arguments) {
    arguments.at(each.index) = (arguments.at(each.index) & ~each.mask) | each.value;
  }
  return arguments;
}

// Variants that break one argument of the rule, at both ends of its mask and in the middle.
std::vector<Arguments> badArguments(const SyscallRule& rule) {
  std::vector<Arguments> variants;
  for (const ArgumentRule& each : rule.arguments) {
    std::vector<uint64_t> bits;
    for (unsigned bit = 0; bit < 64; ++bit) {
      if ((each.mask >> bit & 1U) != 0) bits.push_back(uint64_t{1} << bit);
    }
    for (uint64_t bit : {bits.front(), bits[bits.size() / 2], bits.back()}) {
      Arguments arguments = goodArguments(rule);
      arguments.at(each.index) ^= bit;
      variants.push_back(arguments);
    }
  }
  return variants;
}

// Makes the call under the set's filter. The child's exit status: 0, or errno.
ChildReport tryCall(const RuleSet& set, int64_t number, const Arguments& a) {
  auto program = seal::compile(set);
  return inChild([&]() -> std::string {
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (!seal::installFilter(program).ok()) ::_exit(125);
    long result = ::syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    ::syscall(SYS_exit_group, result == -1 ? errno : 0);  // what clone made ends here as well
    return {};
  });
}

std::string describe(const Named& named, int64_t number, const Arguments& arguments) {
  std::string text = named.name + ": call " + std::to_string(number);
  for (uint64_t each : arguments) text += " " + std::to_string(each);
  return text;
}

void expectVerdict(const Named& named, int64_t number, const Arguments& arguments) {
  uint32_t verdict = seal::evaluate(named.set, number, arguments);
  ChildReport report = tryCall(named.set, number, arguments);
  if (verdict == SECCOMP_RET_KILL_PROCESS) {
    EXPECT_TRUE(report.killedBy(SIGSYS)) << describe(named, number, arguments) << ": " << report;
  } else if (verdict == SECCOMP_RET_ALLOW) {
    EXPECT_FALSE(report.killedBy(SIGSYS)) << describe(named, number, arguments) << ": " << report;
    EXPECT_FALSE(report.exitedWith(125)) << "the filter was not installed";
  } else {
    EXPECT_TRUE(report.exitedWith(static_cast<int>(verdict & SECCOMP_RET_DATA)))
        << describe(named, number, arguments) << ": " << report;
  }
}

TEST(SeccompRules, Case88GoodCallsLiveAndBadOnesDie) {
  for (const Named& named : allSets()) {
    for (const SyscallRule& rule : named.set.rules) {
      Arguments good = goodArguments(rule);
      EXPECT_EQ(seal::evaluate(named.set, rule.number, good), rule.action) << describe(named, rule.number, good);
      expectVerdict(named, rule.number, good);
      for (const Arguments& bad : badArguments(rule)) expectVerdict(named, rule.number, bad);
    }
  }
}

// No rule with conditions is so wide that it lets every call pass.
TEST(SeccompRules, EveryConditionCanFail) {
  for (const Named& named : allSets()) {
    if (named.set.otherwise != SECCOMP_RET_KILL_PROCESS) continue;
    for (const SyscallRule& rule : named.set.rules) {
      bool fails = rule.arguments.empty();
      for (const Arguments& bad : badArguments(rule)) {
        fails = fails || seal::evaluate(named.set, rule.number, bad) != rule.action;
      }
      EXPECT_TRUE(fails) << describe(named, rule.number, goodArguments(rule));
    }
  }
}

TEST(SeccompRules, UnlistedNumbersDie) {
  for (const Named& named : allSets()) {
    if (named.set.otherwise != SECCOMP_RET_KILL_PROCESS) continue;
    for (int64_t number : {int64_t{SYS_ptrace}, int64_t{SYS_bpf}, int64_t{SYS_execve}, int64_t{1000}, int64_t{-1}}) {
      EXPECT_TRUE(tryCall(named.set, number, harmless(number)).killedBy(SIGSYS)) << named.name << " " << number;
    }
  }
}

TEST(SeccompRules, EveryRuleHasAReason) {
  for (const Named& named : allSets()) {
    for (const SyscallRule& rule : named.set.rules) {
      EXPECT_GE(rule.number, 0) << named.name;
      EXPECT_GT(std::string_view(rule.reason).size(), 6U) << named.name << " " << rule.number;
      for (const ArgumentRule& each : rule.arguments)
        EXPECT_EQ(each.value & ~each.mask, 0U) << named.name << " " << rule.number;
    }
  }
}

// What the three filters of a guest leave, written down a second time and by hand.
TEST(SeccompRules, AGuestMayMakeTheseCallsAndNoOther) {
  const std::vector<int64_t> allowed = {
      SYS_read,           SYS_write,     SYS_ppoll,   SYS_mmap,       SYS_mprotect,        SYS_munmap,
      SYS_mremap,         SYS_brk,       SYS_madvise, SYS_prctl,      SYS_futex,           SYS_clock_gettime,
      SYS_gettimeofday,   SYS_getrandom, SYS_getpid,  SYS_gettid,     SYS_sched_yield,     SYS_rt_sigreturn,
      SYS_rt_sigprocmask, SYS_tgkill,    SYS_exit,    SYS_exit_group, SYS_restart_syscall,
#ifdef SYS_poll
      SYS_poll,
#endif
  };
  std::vector<int64_t> found;
  RuleSet stack[] = {seal::ruleSet(seal::Profile::kZygote), seal::afterWarmUpRules(), seal::guestRules(4711)};
  for (int64_t number = 0; number < 1024; ++number) {
    // With the arguments of any of its rules.
    std::vector<Arguments> candidates = {harmless(number)};
    for (const RuleSet& set : stack) {
      for (const SyscallRule& rule : set.rules) {
        if (rule.number == number) candidates.push_back(goodArguments(rule));
      }
    }
    if (number == SYS_tgkill) candidates.push_back({4711, 4711, SIGABRT, 0, 0, 0});
    bool possible = false;
    for (const Arguments& each : candidates) {
      bool everywhere = true;
      for (const RuleSet& set : stack)
        everywhere = everywhere && seal::evaluate(set, number, each) == SECCOMP_RET_ALLOW;
      possible = possible || everywhere;
    }
    if (possible) found.push_back(number);
  }
  std::vector<int64_t> expected = allowed;
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(found, expected);
}

// ---- the compiled programs against the reference ----

seccomp_data dataOf(int64_t number, const Arguments& arguments, uint32_t architecture = kOurArchitecture) {
  seccomp_data data{};
  data.nr = static_cast<int>(number);
  data.arch = architecture;
  for (size_t i = 0; i < 6; ++i) data.args[i] = arguments.at(i);
  return data;
}

bool isX32(int64_t number) {
#if defined(__x86_64__)
  return (static_cast<uint32_t>(number) & 0xc0000000U) != 0;
#else
  (void)number;
  return false;
#endif
}

uint32_t reference(const RuleSet& set, int64_t number, const Arguments& arguments) {
  return isX32(number) ? SECCOMP_RET_KILL_PROCESS : seal::evaluate(set, number, arguments);
}

class Fuzzer {
 public:
  explicit Fuzzer(const Named& named)
      : named_(named), program_(seal::compile(named.set)), random_(std::random_device{}()) {}

  // One random call near a rule; false when the two disagree.
  void step() {
    const SyscallRule& rule = named_.set.rules[random_() % named_.set.rules.size()];
    int64_t number =
        pick({rule.number, rule.number, rule.number, rule.number + 1, rule.number - 1,
              static_cast<int64_t>(random_() % 600), rule.number | 0x40000000, static_cast<int32_t>(random_())});
    number = static_cast<int32_t>(number);
    Arguments arguments = goodArguments(rule);
    for (int changes = static_cast<int>(random_() % 3); changes > 0; --changes) {
      arguments.at(random_() % 6) = interesting();
    }
    for (const ArgumentRule& each : rule.arguments) {
      if (random_() % 4 == 0) arguments.at(each.index) ^= uint64_t{1} << random_() % 64;
    }
    compare(number, arguments);
  }

  // Each value at the edges of each rule's arguments.
  void edges() {
    for (const SyscallRule& rule : named_.set.rules) {
      compare(rule.number, goodArguments(rule));
      for (const ArgumentRule& each : rule.arguments) {
        for (uint64_t value :
             {uint64_t{0}, each.value, ~each.mask, each.value | ~each.mask, each.value + 1, each.value - 1,
              uint64_t{0x7fffffff}, uint64_t{0x80000000}, uint64_t{0xffffffff}, uint64_t{0x100000000},
              each.value | uint64_t{0x100000000}, each.value | uint64_t{1} << 63U, uint64_t{1} << 63U, ~uint64_t{0}}) {
          Arguments arguments = goodArguments(rule);
          arguments.at(each.index) = value;
          compare(rule.number, arguments);
        }
      }
    }
    for (int64_t number = -2; number < 700; ++number) compare(static_cast<int32_t>(number), harmless(number));
    for (uint32_t architecture :
         {0U, kOurArchitecture ^ 1U, uint32_t{AUDIT_ARCH_I386}, uint32_t{AUDIT_ARCH_ARM}, ~0U}) {
      for (int64_t number : {0, 1, 39, 60, 231}) {
        EXPECT_EQ(seal::interpret(program_, dataOf(number, {}, architecture), &visited_), SECCOMP_RET_KILL_PROCESS)
            << named_.name;
      }
    }
  }

  void expectAllVisited() const {
    for (size_t i = 0; i < visited_.size(); ++i) {
      EXPECT_TRUE(visited_[i]) << named_.name << ": instruction " << i << " of " << program_.size()
                               << " never ran (code " << program_[i].code << ", k " << program_[i].k << ")";
    }
    EXPECT_EQ(visited_.size(), program_.size());
    EXPECT_LE(program_.size(), size_t{BPF_MAXINSNS});
  }

 private:
  int64_t pick(std::initializer_list<int64_t> choices) { return choices.begin()[random_() % choices.size()]; }

  uint64_t interesting() {
    switch (random_() % 6) {
      case 0:
        return random_();
      case 1:
        return uint64_t{random_()} << 32U | random_();
      case 2:
        return uint64_t{1} << random_() % 64;
      case 3:
        return ~(uint64_t{1} << random_() % 64);
      case 4:
        return random_() % 256;
      default:
        return uint64_t{random_() % 64} << 32U | random_() % 64;
    }
  }

  void compare(int64_t number, const Arguments& arguments) {
    ASSERT_EQ(seal::interpret(program_, dataOf(number, arguments), &visited_), reference(named_.set, number, arguments))
        << describe(named_, number, arguments);
  }

  const Named& named_;
  seal::BpfProgram program_;
  std::vector<bool> visited_;
  std::mt19937 random_;
};

TEST(SeccompPrograms, Case88AgreeWithTheReferenceEverywhere) {
  const char* wish = std::getenv("MAYFLY_FUZZ_SECONDS");
  auto each = std::chrono::milliseconds(wish == nullptr ? 300 : std::atoi(wish) * 1000 / 6);
  for (const Named& named : allSets()) {
    Fuzzer fuzzer(named);
    fuzzer.edges();
    for (auto end = monotonicNow() + each; monotonicNow() < end && !::testing::Test::HasFatalFailure();) {
      for (int i = 0; i < 1000; ++i) fuzzer.step();
    }
    fuzzer.expectAllVisited();
  }
}

// The program with the pid filled in late: the same as the one compiled for that pid.
TEST(SeccompPrograms, GuestFilterIsItsRules) {
  auto under = [](const std::function<long()>& call) {
    return inChild([&]() -> std::string {
      seal::GuestFilter filter;
      ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
      if (!filter.enter().ok()) ::_exit(125);
      call();
      ::syscall(SYS_exit_group, 0);
      return {};
    });
  };
  EXPECT_TRUE(under([] { return ::syscall(SYS_getpid); }).exitedWith(0));
  EXPECT_TRUE(under([] { return ::syscall(SYS_tgkill, ::getpid(), ::gettid(), SIGABRT); }).killedBy(SIGABRT));
  EXPECT_TRUE(under([] { return ::syscall(SYS_tgkill, ::getppid(), ::getppid(), 0); }).killedBy(SIGSYS));
  EXPECT_TRUE(under([] { return ::syscall(SYS_tgkill, 0x7ffffff1, 1, 0); }).killedBy(SIGSYS));
  EXPECT_TRUE(under([] { return ::syscall(0x7ffffff1); }).killedBy(SIGSYS));
  for (long number : {SYS_kill, SYS_clone, SYS_prlimit64, SYS_timer_settime, SYS_seccomp, SYS_close}) {
    EXPECT_TRUE(under([number] { return ::syscall(number, -1, -1, -1, -1, -1); }).killedBy(SIGSYS)) << number;
  }
}

}  // namespace
}  // namespace mayfly::abuse
