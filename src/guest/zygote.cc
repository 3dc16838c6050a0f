// SPDX-License-Identifier: Apache-2.0
#include "guest/zygote.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <unordered_map>

#include "base/unique_fd.h"
#include "guest/fork_pages.h"
#include "guest/globals.h"
#include "guest/groups.h"
#include "guest/guest_process.h"
#include "guest/native/crypto_library.h"
#include "guest/plugged_heap.h"
#include "launch/sealed_start.h"
#include "seal/seccomp_filter.h"
#include "wire/packet_socket.h"

namespace mayfly::guest {
namespace {

using wire::ControlKind;
using wire::ControlMessage;

constexpr uint32_t kBurnInRounds = 2;

void rehearseOnce(Engine& engine) {
  v8::HandleScope scope(engine.isolate());
  rehearse(engine, makeContext(engine.isolate()));
}

void warmUp(Engine& engine, uint32_t rounds) {
  for (uint32_t i = 0; i < rounds; ++i) rehearseOnce(engine);
  crypto::warmLibrary();
  v8::HandleScope scope(engine.isolate());
  warmFirstUses(engine, makeContext(engine.isolate()));
}

uint64_t parseNumber(const char*& at) {
  while (*at == ' ') ++at;
  uint64_t value = 0;
  for (; *at >= '0' && *at <= '9'; ++at) value = value * 10 + static_cast<uint64_t>(*at - '0');
  return value;
}

// Field 6 of /proc/self/statm: data and stack, in pages. Read through a descriptor from before the seal.
uint64_t dataBytes(int statm) {
  char text[256] = {};
  if (::pread(statm, text, sizeof text - 1, 0) <= 0) return 0;
  const char* at = text;
  uint64_t value = 0;
  for (int field = 0; field < 6; ++field) value = parseNumber(at);
  return value * 4096;
}

// fork() is sound only while this is so; a library that starts a thread is found here, before the first guest.
bool hasOneThread() {
  DIR* tasks = ::opendir("/proc/self/task");
  if (tasks == nullptr) return false;
  int count = 0;
  while (const dirent* entry = ::readdir(tasks)) {
    if (entry->d_name[0] != '.') ++count;
  }
  ::closedir(tasks);
  return count == 1;
}

uint64_t nanosOf(const timeval& time) {
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000U + static_cast<uint64_t>(time.tv_usec) * 1000U;
}

class Zygote {
 public:
  Zygote(Engine& engine, GuestContexts& contexts, int control, uint64_t baselineBytes, GuestBody body)
      : engine_(engine), contexts_(contexts), control_(control), baselineBytes_(baselineBytes), body_(body) {}

  // Until the daemon goes.
  [[noreturn]] void serve() {
    sigset_t none;
    ::sigemptyset(&none);
    for (;;) {
      reap();
      pollfd socket{control_, POLLIN, 0};
      // SIGCHLD is blocked except while it waits here, so no exit is missed between reap() and the sleep.
      if (::ppoll(&socket, 1, nullptr, &none) > 0) receive();
    }
  }

 private:
  void receive() {
    ControlMessage request;
    auto packet = wire::receivePacket(control_, &request, sizeof request, MSG_DONTWAIT);
    if (!packet) return;
    if (packet->size != sizeof request) ::_exit(0);  // the daemon has gone
    if (request.kind == ControlKind::kFork) {
      forkGuest(request, std::move(packet->fd));
    } else if (request.kind == ControlKind::kKill) {
      auto found = pids_.find(request.ticket);
      if (found != pids_.end()) ::kill(found->second, SIGKILL);
    }
  }

  void forkGuest(const ControlMessage& request, UniqueFd socket) {
    pid_t pid = ::fork();
    if (pid == 0) {
      ::close(control_);
      runGuest(engine_, contexts_, socket.release(), request, baselineBytes_, filter_, body_);
    }
    ControlMessage answer;
    answer.ticket = request.ticket;
    if (pid < 0) {
      answer.kind = ControlKind::kExited;
      answer.failureErrno = errno;
      send(answer);
      return;
    }
    tickets_[pid] = request.ticket;
    pids_[request.ticket] = pid;
    answer.kind = ControlKind::kForked;
    answer.pid = pid;
    UniqueFd pidfd;
    if ((request.forkFlags & wire::kForkWantPidfd) != 0) {
      pidfd = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    }
    send(answer, pidfd.get());
  }

  void reap() {
    for (;;) {
      int status = 0;
      rusage usage{};
      pid_t pid = ::wait4(-1, &status, WNOHANG, &usage);
      if (pid <= 0) return;
      auto found = tickets_.find(pid);
      if (found == tickets_.end()) continue;
      ControlMessage report;
      report.kind = ControlKind::kExited;
      report.ticket = found->second;
      report.waitStatus = status;
      report.userNanos = nanosOf(usage.ru_utime);
      report.systemNanos = nanosOf(usage.ru_stime);
      report.peakBytes = static_cast<uint64_t>(usage.ru_maxrss) * 1024U;
      pids_.erase(found->second);
      tickets_.erase(found);
      send(report);
    }
  }

  void send(const ControlMessage& message, int fd = -1) {
    if (!wire::sendPacket(control_, &message, sizeof message, fd)) ::_exit(0);
  }

  Engine& engine_;
  GuestContexts& contexts_;
  int control_;
  uint64_t baselineBytes_;
  GuestBody body_;
  seal::GuestFilter filter_;
  std::unordered_map<pid_t, uint64_t> tickets_;
  std::unordered_map<uint64_t, pid_t> pids_;
};

void prepareSignals() {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t child;
  ::sigemptyset(&child);
  ::sigaddset(&child, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &child, nullptr);
  // An empty handler: without one SIGCHLD would not wake ppoll.
  struct sigaction action{};
  action.sa_handler = [](int) {};
  ::sigaction(SIGCHLD, &action, nullptr);
}

void makeContexts(Engine& engine, GuestContexts& contexts) {
  v8::HandleScope scope(engine.isolate());
  // One after the other, so that what belongs to one lies together.
  for (v8::Global<v8::Context>* each : {&contexts.rehearsal, &contexts.job}) {
    v8::Local<v8::Context> context = makeContext(engine.isolate());
    runHotGroups(context);
    each->Reset(engine.isolate(), context);
  }
  // The contexts are old now, and no collection of a child moves them. A last rehearsal sweeps up after the collection
  // and has a page ready for new objects; left undone, every child would do both.
  engine.isolate()->LowMemoryNotification();
  rehearse(engine, contexts.rehearsal.Get(engine.isolate()));
}

}  // namespace

void runZygote(int control, GuestBody body) {
  launch::SealedStart start(control);
  start.enterNamespaces();
  bool jitless = (start.request().startFlags & wire::kStartJitless) != 0;
  // The objects live as long as the process.
  auto& engine = *new Engine(jitless ? Engine::Jit::kOff : Engine::Jit::kOn);
  auto& contexts = *new GuestContexts();
  prepareSignals();
  installCpuReporter(engine);
  warmUp(engine, start.request().warmUpRounds);
  if (!hasOneThread()) start.fail(Error{ErrorCode::kSeal, "the zygote has more than one thread"});
  moveHotTextToLargePages([&] { warmUp(engine, 1); });
  UniqueFd statm(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC));

  launch::SealPlan plan;
  plan.profile = jitless ? seal::Profile::kZygoteJitless : seal::Profile::kZygote;
  start.seal(plan);
  // Everything that is opened lazily is tried now, and found missing, under the filter.
  warmUp(engine, kBurnInRounds);
  makeContexts(engine, contexts);
  plugHeap();
  auto strict = seal::installFilter(seal::compile(seal::afterWarmUpRules()));
  if (!strict) start.fail(strict.error());

  uint64_t baseline = dataBytes(statm.get());
  statm.reset();
  ControlMessage ready;
  ready.baselineBytes = baseline;
  std::snprintf(ready.text, sizeof ready.text, "%s", Engine::version().c_str());
  start.ready(ready);
  Zygote(engine, contexts, control, baseline, body).serve();
}

}  // namespace mayfly::guest
