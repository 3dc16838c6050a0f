// SPDX-License-Identifier: Apache-2.0
#include "seal/seccomp_rules.h"

#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#include <cerrno>
#include <initializer_list>

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif

namespace mayfly::seal {
namespace {

constexpr uint64_t kOnlyLow32 = 0xffffffffULL;

void allow(RuleSet& set, int64_t number, const char* reason) {
  set.rules.push_back({number, SECCOMP_RET_ALLOW, {}, reason});
}
void allowIf(RuleSet& set, int64_t number, std::vector<ArgumentRule> arguments, const char* reason) {
  set.rules.push_back({number, SECCOMP_RET_ALLOW, std::move(arguments), reason});
}
void answerWith(RuleSet& set, int64_t number, uint32_t action, const char* reason) {
  set.rules.push_back({number, action, {}, reason});
}

// An argument in which only these bits may be set.
ArgumentRule onlyBits(uint8_t index, uint64_t allowed) { return {index, ~allowed, 0}; }
// An int argument: the kernel looks at the low half only, and so do we.
ArgumentRule isInt(uint8_t index, uint32_t value) { return {index, kOnlyLow32, value}; }

constexpr uint64_t kDataProtection = PROT_READ | PROT_WRITE;
constexpr uint64_t kMapOptional = MAP_NORESERVE | MAP_FIXED | MAP_FIXED_NOREPLACE | MAP_STACK;
constexpr uint64_t kMapRequired = MAP_PRIVATE | MAP_ANONYMOUS;

void memoryRules(RuleSet& set, uint64_t protection) {
  allowIf(set, SYS_mmap, {onlyBits(2, protection), {3, ~kMapOptional, kMapRequired}}, "heap pages: private, anonymous");
  allowIf(set, SYS_mprotect, {onlyBits(2, protection)}, "V8 commits pages and makes code pages executable");
  allow(set, SYS_munmap, "heap pages go back");
  allow(set, SYS_mremap, "realloc of large blocks");
  allow(set, SYS_brk, "malloc's main arena");
  for (int advice : {MADV_NORMAL, MADV_DONTNEED, MADV_FREE, MADV_DONTFORK, MADV_DOFORK, MADV_DODUMP, MADV_DONTDUMP,
                     MADV_REMOVE, 24 /* MADV_DONTNEED_LOCKED */, MADV_HUGEPAGE, MADV_NOHUGEPAGE}) {
    allowIf(set, SYS_madvise, {isInt(2, static_cast<uint32_t>(advice))}, "V8 returns pages and marks code ranges");
  }
  allowIf(set, SYS_prctl, {isInt(0, PR_SET_VMA)}, "V8 names its mappings");
}

void futexRules(RuleSet& set) {
  for (uint32_t operation : {FUTEX_WAIT, FUTEX_WAKE, FUTEX_REQUEUE, FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP, FUTEX_WAIT_BITSET,
                             FUTEX_WAKE_BITSET}) {
    allowIf(set, SYS_futex, {{1, kOnlyLow32 & ~uint64_t{FUTEX_CLOCK_REALTIME}, operation | FUTEX_PRIVATE_FLAG}},
            "locks inside this process");
  }
}

void clockRules(RuleSet& set) {
  for (uint32_t clock : {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID,
                         CLOCK_MONOTONIC_COARSE, CLOCK_REALTIME_COARSE, CLOCK_BOOTTIME}) {
    allowIf(set, SYS_clock_gettime, {isInt(0, clock)}, "clocks, where the vDSO cannot answer");
  }
  allow(set, SYS_gettimeofday, "clocks, where the vDSO cannot answer");
}

// What a guest needs. Nothing here reaches outside its own memory and its one socket.
void guestBase(RuleSet& set, uint64_t protection) {
  allow(set, SYS_read, "frames from the daemon");
  allow(set, SYS_write, "frames to the daemon");
#ifdef SYS_poll
  allow(set, SYS_poll, "waiting for the socket or a timer");
#endif
  allow(set, SYS_ppoll, "waiting for the socket or a timer");
  memoryRules(set, protection);
  futexRules(set);
  clockRules(set);
  allow(set, SYS_getrandom, "all randomness of a guest");
  allow(set, SYS_getpid, "V8 and abort() ask who they are");
  allow(set, SYS_gettid, "V8 and abort() ask who they are");
  allow(set, SYS_sched_yield, "V8 spin locks");
  allow(set, SYS_rt_sigreturn, "return from the handlers of wasm traps and of the CPU limit's report");
  allow(set, SYS_rt_sigprocmask, "abort() unblocks SIGABRT");
  allowIf(set, SYS_tgkill, {isInt(2, SIGABRT)}, "abort(); guestRules() ties it to the guest itself");
  allow(set, SYS_exit, "the end");
  allow(set, SYS_exit_group, "the end");
  allow(set, SYS_restart_syscall, "the kernel resumes a poll after a stop");
}

// Calls that only the zygote makes; guestRules() takes each of them away again.
constexpr std::initializer_list<int64_t> kZygoteOnly = {
    SYS_clone,         SYS_wait4,     SYS_sendmsg,    SYS_recvmsg, SYS_close,        SYS_timer_create,
    SYS_timer_settime, SYS_prlimit64, SYS_pidfd_open, SYS_kill,    SYS_rt_sigaction, SYS_set_robust_list,
    SYS_sigaltstack,   SYS_seccomp,   SYS_lseek,      SYS_pread64, SYS_getppid,
};

void zygoteBase(RuleSet& set) {
  constexpr uint64_t kForkFlagsOnly = CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD;
  allowIf(set, SYS_clone, {{0, ~uint64_t{0}, kForkFlagsOnly}}, "fork(), and no thread or namespace");
  allow(set, SYS_wait4, "reaping guests with their usage");
  allow(set, SYS_sendmsg, "reports to the daemon, with a pidfd");
  allow(set, SYS_recvmsg, "requests of the daemon, with a guest's socket");
  allow(set, SYS_close, "descriptors that belong to one guest");
  allow(set, SYS_timer_create, "the CPU limit");
  allow(set, SYS_timer_settime, "the CPU limit");
  allowIf(set, SYS_prlimit64, {isInt(0, 0)}, "the memory limit of the guest itself");
  allow(set, SYS_pidfd_open, "a handle on each guest for the daemon");
  allow(set, SYS_kill, "ending a guest on request; it is pid 1 and sees only its own guests");
  allow(set, SYS_rt_sigaction, "handlers of a guest, set before its filter");
  allow(set, SYS_sigaltstack, "a stack for the report of the CPU limit");
  allow(set, SYS_set_robust_list, "fork() in libc");
  allow(set, SYS_seccomp, "the guest's own filter");
  allowIf(set, SYS_pread64, {}, "reading its memory use from a descriptor opened before the seal");
  allow(set, SYS_getppid, "is the keeper still there");
}

constexpr std::initializer_list<int64_t> kPathCalls = {
#ifdef SYS_open
    SYS_open,   SYS_stat,       SYS_lstat,     SYS_access,     SYS_readlink,
#endif
    SYS_openat, SYS_newfstatat, SYS_faccessat, SYS_faccessat2, SYS_readlinkat, SYS_statx, SYS_getcwd,
};

// V8, ICU and libc open a few files on first use (the time zone, CPU features). While the zygote warms up these fail
// softly, are remembered as missing, and are never tried again; after the warm-up they are fatal.
void softPathRules(RuleSet& set) {
  for (int64_t number : kPathCalls) {
    answerWith(set, number, SECCOMP_RET_ERRNO | ENOENT, "lazily opened files do not exist");
  }
  answerWith(set, SYS_sched_getaffinity, SECCOMP_RET_ERRNO | ENOSYS, "CPU count, asked once");
  answerWith(set, SYS_sysinfo, SECCOMP_RET_ERRNO | ENOSYS, "memory size, asked once");
}

void toolHostFiles(RuleSet& set) {
  for (int64_t number : {
#ifdef SYS_open
           SYS_open,   SYS_stat,       SYS_lstat,    SYS_access,     SYS_readlink,    SYS_epoll_create, SYS_epoll_wait,
           SYS_pipe,
#endif
           SYS_openat, SYS_newfstatat, SYS_fstat,    SYS_statx,      SYS_faccessat,   SYS_faccessat2,   SYS_readlinkat,
           SYS_getcwd, SYS_getdents64, SYS_lseek,    SYS_pread64,    SYS_close,       SYS_fcntl,        SYS_dup,
           SYS_dup3,   SYS_readv,      SYS_writev,   SYS_read,       SYS_write,       SYS_recvmsg,      SYS_sendmsg,
           SYS_sendto, SYS_recvfrom,   SYS_shutdown, SYS_getsockopt, SYS_getsockname, SYS_getpeername}) {
    allow(set, number, "Node reads its program and talks over the socket it was given");
  }
  for (uint32_t request : {uint32_t{TCGETS}, uint32_t{FIONBIO}, uint32_t{FIOCLEX}, uint32_t{FIONREAD}}) {
    allowIf(set, SYS_ioctl, {isInt(1, request)}, "libuv looks at its descriptors");
  }
  for (int64_t number : {SYS_epoll_create1, SYS_epoll_ctl, SYS_epoll_pwait, SYS_eventfd2, SYS_pipe2, SYS_ppoll,
#ifdef SYS_poll
                         SYS_poll,
#endif
                         SYS_timerfd_create, SYS_timerfd_settime}) {
    allow(set, number, "libuv's event loop");
  }
}

void toolHostThreads(RuleSet& set) {
  // SAFETY: clone only with CLONE_THREAD: a new process would outlive the limits that name this one.
  constexpr uint64_t kThread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
  constexpr uint64_t kNamespaces =
      CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
  allowIf(set, SYS_clone, {{0, kThread | kNamespaces, kThread}}, "threads of V8 and libuv");
  answerWith(set, SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS, "libc falls back to clone, whose flags we can see");
  for (int64_t number : {SYS_futex,
                         SYS_set_robust_list,
                         SYS_rseq,
                         SYS_sched_getaffinity,
                         SYS_sched_setaffinity,
                         SYS_sched_getparam,
                         SYS_sched_getscheduler,
                         SYS_sched_yield,
                         SYS_rt_sigaction,
                         SYS_rt_sigprocmask,
                         SYS_rt_sigreturn,
                         SYS_sigaltstack,
                         SYS_gettid,
                         SYS_getpid,
                         SYS_getppid,
                         SYS_membarrier,
                         SYS_exit,
                         SYS_exit_group,
                         SYS_restart_syscall,
                         SYS_set_tid_address,
                         SYS_nanosleep,
                         SYS_clock_nanosleep,
                         SYS_clock_getres,
                         SYS_clock_gettime,
                         SYS_getrandom,
                         SYS_getpriority,
                         SYS_gettimeofday}) {
    allow(set, number, "threads, signals and clocks of Node");
  }
  for (int64_t number : {SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_uname, SYS_sysinfo, SYS_getrusage,
                         SYS_capget, SYS_umask, SYS_getcpu}) {
    allow(set, number, "Node describes its environment at start");
  }
  // With a null second argument it only asks.
  allowIf(set, SYS_prlimit64, {isInt(0, 0), {2, ~uint64_t{0}, 0}}, "Node asks for its limits");
  answerWith(set, SYS_prlimit64, SECCOMP_RET_ERRNO | EPERM, "and may not change them");
  for (uint32_t option :
       {uint32_t{PR_SET_NAME}, uint32_t{PR_SET_VMA}, uint32_t{PR_GET_NAME}, uint32_t{PR_GET_DUMPABLE}}) {
    allowIf(set, SYS_prctl, {isInt(0, option)}, "names of threads and mappings");
  }
  allowIf(set, SYS_tgkill, {isInt(2, SIGABRT)}, "abort()");
}

void toolHostMemory(RuleSet& set) {
  allowIf(set, SYS_mmap, {onlyBits(2, kDataProtection | PROT_EXEC)}, "heap, and the stripper's native library");
  allowIf(set, SYS_mprotect, {onlyBits(2, kDataProtection | PROT_EXEC)}, "JIT and relocation");
  for (int64_t number : {SYS_munmap, SYS_mremap, SYS_brk, SYS_madvise}) allow(set, number, "heap pages");
  for (int64_t number : {SYS_pkey_alloc, SYS_pkey_free, SYS_pkey_mprotect, SYS_io_uring_setup}) {
    answerWith(set, number, SECCOMP_RET_ERRNO | ENOSYS, "probed at start, not needed");
  }
  for (int64_t number : {SYS_socket, SYS_mkdirat, SYS_setrlimit, SYS_sched_setscheduler}) {
    answerWith(set, number, SECCOMP_RET_ERRNO | EPERM, "not granted, and no reason to die");
  }
}

bool matches(const SyscallRule& rule, std::span<const uint64_t, 6> arguments) {
  for (const ArgumentRule& argument : rule.arguments) {
    if ((arguments[argument.index] & argument.mask) != argument.value) return false;
  }
  return true;
}

}  // namespace

RuleSet ruleSet(Profile profile) {
  RuleSet set;
  switch (profile) {
    case Profile::kZygote:
    case Profile::kZygoteJitless:
      guestBase(set, kDataProtection | (profile == Profile::kZygote ? uint64_t{PROT_EXEC} : 0));
      zygoteBase(set);
      softPathRules(set);
      break;
    case Profile::kToolHost:
      toolHostFiles(set);
      toolHostThreads(set);
      toolHostMemory(set);
      break;
    case Profile::kKeeper:
      allow(set, SYS_wait4, "waits for the zygote");
      allow(set, SYS_exit_group, "and ends as it ended");
      allow(set, SYS_restart_syscall, "the kernel resumes the wait after a stop");
      break;
  }
  return set;
}

RuleSet afterWarmUpRules() {
  RuleSet set{.otherwise = SECCOMP_RET_ALLOW, .rules = {}};
  for (int64_t number : kPathCalls) {
    answerWith(set, number, SECCOMP_RET_KILL_PROCESS, "nothing opens a file after the warm-up");
  }
  answerWith(set, SYS_sched_getaffinity, SECCOMP_RET_KILL_PROCESS, "asked once");
  answerWith(set, SYS_sysinfo, SECCOMP_RET_KILL_PROCESS, "asked once");
  return set;
}

RuleSet guestRules(int32_t self) {
  RuleSet set{.otherwise = SECCOMP_RET_ALLOW, .rules = {}};
  for (int64_t number : kZygoteOnly) answerWith(set, number, SECCOMP_RET_KILL_PROCESS, "the zygote's, not a guest's");
  allowIf(set, SYS_tgkill, {isInt(0, static_cast<uint32_t>(self))}, "abort()");
  answerWith(set, SYS_tgkill, SECCOMP_RET_KILL_PROCESS, "a guest signals nobody else");
  return set;
}

uint32_t evaluate(const RuleSet& set, int64_t number, std::span<const uint64_t, 6> arguments) {
  for (const SyscallRule& rule : set.rules) {
    if (rule.number == number && matches(rule, arguments)) return rule.action;
  }
  return set.otherwise;
}

}  // namespace mayfly::seal
