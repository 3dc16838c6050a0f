// SPDX-License-Identifier: Apache-2.0
// Security.md cases 81 to 87 and 96: native code in a guest asks the kernel for anything but memory and its socket, and
// dies of it. The daemon reports E_HOST_KILLED; the neighbours live.

#include <linux/sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <csignal>
#include <utility>

#include "abuse/sandbox_fixture.h"

namespace mayfly::abuse {
namespace {

// Numbers that the headers of Debian 12 do not have yet.
constexpr long kMsealNumber = 462;
constexpr long kFutexWaitNumber = 455;
constexpr long kMapShadowStackNumber = 453;
constexpr long kOpenTreeAttrNumber = 467;

class Syscalls : public SandboxTest {
 protected:
  SchedulerOptions options() const override {
    SchedulerOptions options = SandboxTest::options();
    options.installation.zygoteLibrary = badhostLibrary();
    return options;
  }

  // Many at once: what one attacker does is nothing to the others.
  void expectDeath(const std::vector<std::string>& orders, const std::string& code = "E_HOST_KILLED") {
    std::vector<std::pair<std::string, std::shared_ptr<Verdict>>> runs;
    for (const std::string& order : orders) {
      runs.emplace_back(order, sandbox().submit(request("badhost\n" + order + "\n")));
      // A window, not a crowd: the zygote's queue is bounded.
      if (runs.size() % 32 == 0) sandbox().turnUntil([&] { return runs.back().second->ended; });
    }
    auto neighbour = sandbox().submit(canary());
    sandbox().turnUntil([&] {
      return neighbour->ended &&
             std::all_of(runs.begin(), runs.end(), [](const auto& run) { return run.second->ended; });
    });
    expectCanary(*neighbour);
    for (const auto& [order, verdict] : runs) {
      inspect(*verdict);
      EXPECT_EQ(verdict->code(), code) << order << "\n" << *verdict;
    }
  }

  void expectSurvival(const std::string& orders, const std::string& result) {
    Verdict verdict = attack("badhost\n" + orders + "\n");
    EXPECT_EQ(verdict.code(), "") << orders << "\n" << verdict;
    EXPECT_EQ(verdict.result(), result) << orders;
  }
};

std::string order(long number, const std::string& arguments = "") {
  return "syscall " + std::to_string(number) + " " + arguments;
}

// The probe can fail: what a guest may do, it can do under the very same harness.
TEST_F(Syscalls, WhatIsAllowedWorks) {
  expectSurvival(order(SYS_write, "@socket @buffer 0"), "[0]");
  expectSurvival(order(SYS_getrandom, "@buffer 16 0"), "[16]");
  expectSurvival(order(SYS_mprotect, "@page 4096 " + std::to_string(PROT_READ)), "[0]");
  expectSurvival(order(SYS_munmap, "@page 4096"), "[0]");
  expectSurvival(order(SYS_poll, "@polled 1 0"), "[0]");
  expectSurvival(order(SYS_sched_yield), "[0]");
  expectSurvival(order(SYS_clock_gettime, "1 @buffer"), "[0]");
}

// ---- 81: files ----

TEST_F(Syscalls, Case81Files) {
  expectDeath({
      order(SYS_openat, "-100 @passwd 0"),
      order(SYS_openat, "-100 @root 0x10000"),
      order(SYS_openat2, "-100 @passwd @buffer 24"),
      order(SYS_newfstatat, "-100 @passwd @buffer 0"),
      order(SYS_fstat, "@socket @buffer"),
      order(SYS_statx, "-100 @passwd 0 0xfff @buffer"),
      order(SYS_readlinkat, "-100 @self-mem @buffer 100"),
      order(SYS_getcwd, "@buffer 100"),
      order(SYS_chdir, "@root"),
      order(SYS_fchdir, "0"),
      order(SYS_unlinkat, "-100 @passwd 0"),
      order(SYS_mkdirat, "-100 @name 0777"),
      order(SYS_mknodat, "-100 @name 0666 0"),
      order(SYS_linkat, "-100 @passwd -100 @name 0"),
      order(SYS_symlinkat, "@passwd -100 @name"),
      order(SYS_renameat2, "-100 @passwd -100 @name 0"),
      order(SYS_fchmodat, "-100 @passwd 0777"),
      order(SYS_fchownat, "-100 @passwd 0 0 0"),
      order(SYS_utimensat, "-100 @passwd 0 0"),
      order(SYS_faccessat, "-100 @passwd 4"),
      order(SYS_faccessat2, "-100 @passwd 4 0"),
      order(SYS_truncate, "@passwd 0"),
      order(SYS_ftruncate, "0 0"),
      order(SYS_getdents64, "0 @buffer 4096"),
      order(SYS_statfs, "@root @buffer"),
      order(SYS_fstatfs, "0 @buffer"),
      order(SYS_name_to_handle_at, "-100 @passwd @buffer @buffer 0"),
      order(SYS_open_by_handle_at, "0 @buffer 0"),
      order(SYS_setxattr, "@passwd @name @buffer 1 0"),
      order(SYS_getxattr, "@passwd @name @buffer 1"),
      order(SYS_inotify_init1, "0"),
      order(SYS_fanotify_init, "0 0"),
      order(SYS_mount, "@name @root @name 0 0"),
      order(SYS_umount2, "@root 2"),
      order(SYS_fsopen, "@name 0"),
      order(SYS_fsmount, "0 0 0"),
      order(SYS_move_mount, "-100 @root -100 @root 0"),
      order(SYS_open_tree, "-100 @root 0"),
      order(SYS_mount_setattr, "-100 @root 0 @buffer 32"),
      order(SYS_pivot_root, "@root @root"),
      order(SYS_chroot, "@root"),
      order(SYS_umask, "0"),
      order(SYS_swapon, "@root 0"),
      order(SYS_quotactl, "0 @root 0 @buffer"),
      order(SYS_acct, "@root"),
      order(SYS_sendfile, "@socket 0 0 100"),
      order(SYS_splice, "0 0 @socket 0 100 0"),
      order(SYS_copy_file_range, "0 0 @socket 0 100 0"),
      order(kOpenTreeAttrNumber, "-100 @root 0 @buffer 32"),
#ifdef SYS_open
      order(SYS_open, "@passwd 0"),
      order(SYS_creat, "@name 0666"),
      order(SYS_stat, "@passwd @buffer"),
      order(SYS_lstat, "@passwd @buffer"),
      order(SYS_access, "@passwd 4"),
      order(SYS_readlink, "@self-mem @buffer 100"),
      order(SYS_unlink, "@passwd"),
      order(SYS_mkdir, "@name 0777"),
      order(SYS_rmdir, "@name"),
      order(SYS_mknod, "@name 0666 0"),
      order(SYS_link, "@passwd @name"),
      order(SYS_symlink, "@passwd @name"),
      order(SYS_rename, "@passwd @name"),
      order(SYS_chmod, "@passwd 0777"),
      order(SYS_chown, "@passwd 0 0"),
#endif
  });
}

// ---- 82 and 96: sockets ----

TEST_F(Syscalls, Case82SocketsOfEveryFamily) {
  std::vector<std::string> orders;
  for (int family = 0; family <= 45; ++family) {
    for (int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW}) {
      orders.push_back(order(SYS_socket, std::to_string(family) + " " + std::to_string(type) + " 0"));
    }
  }
  expectDeath(orders);
}

TEST_F(Syscalls, Case82CallsOnSockets) {
  expectDeath({
      order(SYS_socketpair, "1 1 0 @buffer"),
      order(SYS_bind, "@socket @loopback 16"),
      order(SYS_connect, "@socket @loopback 16"),
      order(SYS_listen, "@socket 5"),
      order(SYS_accept, "@socket 0 0"),
      order(SYS_accept4, "@socket 0 0 0"),
      order(SYS_sendto, "@socket @buffer 1 0 @loopback 16"),
      order(SYS_recvfrom, "@socket @buffer 1 0x40 0 0"),
      order(SYS_sendmmsg, "@socket @message 1 0"),
      order(SYS_recvmmsg, "@socket @message 1 0x40 0"),
      order(SYS_getsockopt, "@socket 1 17 @buffer @buffer"),
      order(SYS_setsockopt, "@socket 1 2 @buffer 4"),
      order(SYS_getsockname, "@socket @buffer @buffer"),
      order(SYS_getpeername, "@socket @buffer @buffer"),
      order(SYS_shutdown, "@socket 2"),
  });
}

// ---- 83: processes and programs ----

TEST_F(Syscalls, Case83NewProcesses) {
  expectDeath({
#ifdef SYS_fork
      order(SYS_fork),
      order(SYS_vfork),
#endif
      order(SYS_clone, std::to_string(SIGCHLD) + " 0 0 0 0"),
      order(SYS_clone, "0x1200011 0 @buffer @buffer 0"),  // just what fork() passes
      order(SYS_clone, "0x3d0f00 @buffer 0 0 0"),         // a thread
      order(SYS_clone, "0x10000011 0 0 0 0"),             // CLONE_NEWUSER
      order(SYS_clone3, "@buffer 64"),
      order(SYS_execve, "@program @arguments 0"),
      order(SYS_execveat, "@socket @name @arguments 0 0x1000"),
      order(SYS_wait4, "-1 0 1 0"),
      order(SYS_waitid, "0 0 @buffer 5 0"),
      order(SYS_setsid),
      order(SYS_setpgid, "0 0"),
  });
}

// ---- 84: other processes ----

TEST_F(Syscalls, Case84OtherProcesses) {
  expectDeath({
      order(SYS_ptrace, std::to_string(PTRACE_TRACEME) + " 0 0 0"),
      order(SYS_ptrace, std::to_string(PTRACE_ATTACH) + " @parent 0 0"),
      order(SYS_process_vm_readv, "@parent @iovec 1 @iovec 1 0"),
      order(SYS_process_vm_writev, "@parent @iovec 1 @iovec 1 0"),
      order(SYS_pidfd_open, "@parent 0"),
      order(SYS_pidfd_getfd, "@socket 3 0"),
      order(SYS_pidfd_send_signal, "@socket 9 0 0"),
      order(SYS_kill, "@parent 9"),
      order(SYS_kill, "@self 0"),
      order(SYS_kill, "-1 9"),
      order(SYS_kill, "2 9"),
      order(SYS_tkill, "@parent 6"),
      order(SYS_tgkill, "@parent @parent 6"),
      order(SYS_tgkill, "@parent @self 6"),
      order(SYS_tgkill, "@self @self 9"),
      order(SYS_tgkill, "-1 @self 6"),
      order(SYS_rt_sigqueueinfo, "@parent 9 @buffer"),
      order(SYS_rt_tgsigqueueinfo, "@parent @parent 9 @buffer"),
      order(SYS_process_madvise, "@socket @iovec 1 4 0"),
      order(SYS_process_mrelease, "@socket 0"),
      order(SYS_kcmp, "@self @parent 0 0 0"),
      order(SYS_sched_setaffinity, "@parent 8 @buffer"),
      order(SYS_sched_setscheduler, "0 1 @buffer"),
      order(SYS_setpriority, "0 0 -20"),
      order(SYS_getpriority, "0 0"),
      order(SYS_ioprio_set, "1 0 0"),
      order(SYS_migrate_pages, "@parent 8 @buffer @buffer"),
      order(SYS_move_pages, "@parent 1 @buffer 0 @buffer 0"),
      order(SYS_get_robust_list, "@parent @buffer @buffer"),
  });
  // abort() must go on working: it is how a crash shows as a crash.
  expectDeath({order(SYS_tgkill, "@self @self 6")}, "E_HOST_CRASHED");
}

// ---- 85: memory ----

TEST_F(Syscalls, Case85Mappings) {
  std::string rw = "4096 " + std::to_string(PROT_READ | PROT_WRITE) + " ";
  std::vector<std::string> orders = {
      order(SYS_mmap, "0 " + rw + std::to_string(MAP_SHARED | MAP_ANONYMOUS) + " -1 0"),
      order(SYS_mmap, "0 " + rw + std::to_string(MAP_PRIVATE) + " @socket 0"),
      order(SYS_mmap, "0 " + rw + std::to_string(MAP_PRIVATE) + " 0 0"),
      order(SYS_mmap, "0 " + rw + "0x23 -1 0"),  // MAP_SHARED_VALIDATE
      order(SYS_mmap, "0 " + rw + std::to_string(MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE) + " -1 0"),
      order(SYS_mmap, "0 " + rw + std::to_string(MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED) + " -1 0"),
      order(SYS_mmap, "0 " + rw + std::to_string(MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB) + " -1 0"),
      order(SYS_mmap, "0 " + rw + std::to_string(MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN) + " -1 0"),
      order(SYS_mmap, "0 4096 0x8 " + std::to_string(MAP_PRIVATE | MAP_ANONYMOUS) + " -1 0"),  // PROT_SEM
      order(SYS_mmap, "0 4096 0x100000003 " + std::to_string(MAP_PRIVATE | MAP_ANONYMOUS) + " -1 0"),
      order(SYS_mmap, "0 " + rw + "0x100000022 -1 0"),
      order(SYS_mprotect, "@page 4096 0x1000000"),  // PROT_GROWSDOWN
      order(SYS_mprotect, "@page 4096 0x100000001"),
      order(SYS_pkey_mprotect, "@page 4096 1 -1"),
      order(SYS_pkey_alloc, "0 0"),
      order(SYS_remap_file_pages, "@page 4096 0 0 0"),
      order(SYS_mlock, "@page 4096"),
      order(SYS_mlockall, "1"),
      order(SYS_msync, "@page 4096 1"),
      order(SYS_mincore, "@page 4096 @buffer"),
      order(SYS_membarrier, "0 0 0"),
      order(SYS_shmget, "0 4096 0666"),
      order(SYS_shmat, "0 0 0"),
      order(SYS_mbind, "@page 4096 0 0 0 0"),
      order(SYS_set_mempolicy, "0 0 0"),
      order(kMsealNumber, "@page 4096 0"),
      order(kMapShadowStackNumber, "0 4096 0"),
      order(kFutexWaitNumber, "@page 0 0 0 0 0"),
  };
  for (int advice : {MADV_WILLNEED, MADV_RANDOM, MADV_SEQUENTIAL, MADV_MERGEABLE, MADV_HWPOISON, MADV_WIPEONFORK,
                     MADV_COLD, MADV_PAGEOUT, MADV_POPULATE_READ, MADV_POPULATE_WRITE, 101}) {
    orders.push_back(order(SYS_madvise, "@page 4096 " + std::to_string(advice)));
  }
  expectDeath(orders);
}

// ---- 86: what gives power over the kernel ----

TEST_F(Syscalls, Case86KernelInterfaces) {
  expectDeath({
      order(SYS_io_uring_setup, "8 @buffer"),
      order(SYS_io_uring_enter, "@socket 1 0 0 0 0"),
      order(SYS_io_uring_register, "@socket 0 0 0"),
      order(SYS_userfaultfd, "1"),
      order(SYS_bpf, "0 @buffer 64"),
      order(SYS_perf_event_open, "@buffer 0 -1 -1 0"),
      order(SYS_keyctl, "0 -3 0 0 0"),
      order(SYS_add_key, "@name @name @buffer 1 -3"),
      order(SYS_request_key, "@name @name 0 -3"),
      order(SYS_memfd_create, "@name 0"),
      order(SYS_memfd_secret, "0"),
      order(SYS_seccomp, "1 0 @buffer"),
      order(SYS_seccomp, "2 0 @buffer"),
      order(SYS_landlock_create_ruleset, "0 0 1"),
      order(SYS_landlock_restrict_self, "@socket 0"),
      order(SYS_personality, "0xffffffff"),
      order(SYS_unshare, "0x10000000"),
      order(SYS_unshare, "0"),
      order(SYS_setns, "@socket 0"),
      order(SYS_setrlimit, "7 @buffer"),
      order(SYS_getrlimit, "7 @buffer"),
      order(SYS_prlimit64, "0 2 0 @buffer"),
      order(SYS_prlimit64, "@parent 2 0 @buffer"),
      order(SYS_setuid, "0"),
      order(SYS_setgid, "0"),
      order(SYS_setresuid, "0 0 0"),
      order(SYS_setgroups, "0 0"),
      order(SYS_setfsuid, "0"),
      order(SYS_capset, "@buffer @buffer"),
      order(SYS_capget, "@buffer @buffer"),
      order(SYS_init_module, "@buffer 1 @name"),
      order(SYS_finit_module, "0 @name 0"),
      order(SYS_kexec_load, "0 0 0 0"),
      order(SYS_reboot, "0 0 0 0"),
      order(SYS_sethostname, "@name 6"),
      order(SYS_settimeofday, "@buffer 0"),
      order(SYS_clock_settime, "0 @moment"),
      order(SYS_adjtimex, "@buffer"),
      order(SYS_syslog, "3 @buffer 100"),
      order(SYS_vhangup),
      order(SYS_ioctl, "@socket 0x5421 @buffer"),
      order(SYS_ioctl, "0 0x5412 @buffer"),
      order(SYS_fcntl, "@socket 0 0"),
      order(SYS_fcntl, "@socket 4 0"),
      order(SYS_dup, "@socket"),
      order(SYS_dup3, "@socket 50 0"),
      order(SYS_close, "@socket"),
      order(SYS_close_range, "0 100 0"),
      order(SYS_pipe2, "@buffer 0"),
      order(SYS_eventfd2, "0 0"),
      order(SYS_epoll_create1, "0"),
      order(SYS_epoll_pwait, "@socket @buffer 1 0 0 8"),
      order(SYS_signalfd4, "-1 @buffer 8 0"),
      order(SYS_timerfd_create, "1 0"),
      order(SYS_timer_create, "1 0 @buffer"),
      order(SYS_timer_settime, "0 0 @buffer 0"),
      order(SYS_timer_delete, "0"),
      order(SYS_setitimer, "0 @buffer 0"),
      order(SYS_rt_sigaction, "14 @buffer 0 8"),
      order(SYS_rt_sigsuspend, "@buffer 8"),
      order(SYS_sigaltstack, "0 @buffer"),
      order(SYS_nanosleep, "@moment 0"),
      order(SYS_clock_nanosleep, "1 0 @moment 0"),
      order(SYS_uname, "@buffer"),
      order(SYS_sysinfo, "@buffer"),
      order(SYS_getrusage, "0 @buffer"),
      order(SYS_times, "@buffer"),
      order(SYS_getuid),
      order(SYS_getppid),
      order(SYS_sched_getaffinity, "0 8 @buffer"),
      order(SYS_getcpu, "@buffer @buffer 0"),
      order(SYS_mq_open, "@name 0 0 0"),
      order(SYS_msgget, "0 0"),
      order(SYS_semget, "0 1 0"),
      order(SYS_lookup_dcookie, "0 @buffer 100"),
      order(SYS_rseq, "@buffer 32 0 0"),
      order(SYS_set_robust_list, "@buffer 24"),
      order(SYS_set_tid_address, "@buffer"),
#if defined(__x86_64__)
      order(SYS_modify_ldt, "0 @buffer 16"),
      order(SYS_arch_prctl, "0x1003 @buffer"),
      order(SYS_iopl, "3"),
      order(SYS_ioperm, "0 1 1"),
      order(SYS_alarm, "1"),
      order(SYS_pause),
      order(SYS_time, "0"),
#endif
  });
}

TEST_F(Syscalls, Case86ProcessControl) {
  std::vector<std::string> orders;
  for (int option : {PR_SET_NAME,
                     PR_SET_DUMPABLE,
                     PR_GET_DUMPABLE,
                     PR_SET_PDEATHSIG,
                     PR_SET_KEEPCAPS,
                     PR_SET_SECUREBITS,
                     PR_SET_NO_NEW_PRIVS,
                     PR_SET_SECCOMP,
                     PR_SET_MM,
                     PR_SET_PTRACER,
                     PR_SET_TIMERSLACK,
                     PR_SET_CHILD_SUBREAPER,
                     PR_CAP_AMBIENT,
                     PR_SET_SPECULATION_CTRL,
                     PR_SCHED_CORE,
                     PR_SET_THP_DISABLE,
                     PR_TASK_PERF_EVENTS_ENABLE,
                     PR_SET_SYSCALL_USER_DISPATCH,
                     65 /* PR_SET_MDWE */,
                     70,
                     0,
                     -1}) {
    orders.push_back(order(SYS_prctl, std::to_string(option) + " 1 0 0 0"));
  }
  expectDeath(orders);
}

// Futexes that other processes could share, and operations that nobody here needs.
TEST_F(Syscalls, Case86Futexes) {
  std::vector<std::string> orders;
  for (unsigned operation : {0U, 1U, 2U, 6U, 7U, 8U, 11U, 12U, 13U, 6U | 128U, 7U | 128U, 11U | 128U, 99U}) {
    orders.push_back(order(SYS_futex, "@page " + std::to_string(operation) + " 1 @moment 0 0"));
  }
  expectDeath(orders);
}

// ---- 87: other ways into the kernel ----

#if defined(__x86_64__)
TEST_F(Syscalls, Case87X32Numbers) {
  std::vector<std::string> orders;
  for (long number : {0L, 1L, 9L, 39L, 59L, 228L, 512L, 520L, 547L})
    orders.push_back(order(0x40000000L | number, "@socket @buffer 0"));
  expectDeath(orders);
}

TEST_F(Syscalls, Case87ThirtyTwoBitGate) {
  std::vector<std::string> orders;
  // exit, fork, read, write, open, execve, getpid, mmap, socketcall, and write's number in the 64-bit table.
  for (long number : {1L, 2L, 3L, 4L, 5L, 11L, 20L, 90L, 102L, 192L, 0L, -1L}) {
    orders.push_back("int80 " + std::to_string(number) + " 0 0 0 0");
  }
  expectDeath(orders);
}
#endif

TEST_F(Syscalls, Case87OddNumbers) {
  std::vector<std::string> orders;
  for (const char* number :
       {"-1", "-2", "0x80000000", "0xffffffff", "0x7fffffff", "0x3fffffff", "1000", "468", "512", "600", "435"}) {
    orders.push_back(std::string("syscall ") + number + " @socket @buffer 0");
  }
  expectDeath(orders);
}

// The kernel takes the number from the low half of the register, so the high half cannot disguise a call.
TEST_F(Syscalls, Case87HighHalves) {
  expectDeath({
      "syscall 0x100000101 -100 @passwd 0",     // openat
      order(SYS_clone, "0x100000000 0 0 0 0"),  // CLONE_CLEAR_SIGHAND
      order(SYS_prctl, "0x100000053 1 0 0 0"),
      order(SYS_mmap, "0 4096 0x8000000000000003 0x22 -1 0"),
      order(SYS_mprotect, "@page 4096 0x8000000000000001"),
  });
  // Arguments that the kernel reads as int: their high half means nothing, to it and to us.
  expectSurvival(order(SYS_clock_gettime, "0x100000001 @buffer"), "[0]");
  expectSurvival(order(SYS_madvise, "@page 4096 0x100000004"), "[0]");
}

// ---- the jitless profile ----

class JitlessSyscalls : public Syscalls {
 protected:
  SchedulerOptions options() const override {
    SchedulerOptions options = Syscalls::options();
    options.jitless = true;
    return options;
  }
};

TEST_F(JitlessSyscalls, Case85NoExecutableMemory) {
  std::vector<std::string> orders;
  for (int protection = PROT_EXEC; protection <= 7; ++protection) {
    orders.push_back(order(SYS_mmap, "0 4096 " + std::to_string(protection) + " 0x22 -1 0"));
    orders.push_back(order(SYS_mprotect, "@page 4096 " + std::to_string(protection)));
  }
  expectDeath(orders);
  expectSurvival(order(SYS_mprotect, "@page 4096 1"), "[0]");
}

TEST_F(JitlessSyscalls, ProgramsRun) {
  EXPECT_RESULT(
      "export default () => { let s = 0; for (let i = 0; i < 1000; i++) s += i; return s + /a+/.exec('caat')[0]; }",
      "\"499500aa\"");
  expectDeath({order(SYS_openat, "-100 @passwd 0"), order(SYS_socket, "2 1 0"), order(SYS_clone, "17 0 0 0 0")});
}

}  // namespace
}  // namespace mayfly::abuse
