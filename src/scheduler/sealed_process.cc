// SPDX-License-Identifier: Apache-2.0
#include "scheduler/sealed_process.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <utility>

#include "wire/packet_socket.h"

namespace mayfly {
namespace {

using wire::ControlKind;
using wire::ControlMessage;

// User ids that no account has. One for each live process, so that two never share files, limits or signals.
constexpr uint32_t kFirstHostId = 2'000'000'000;

// Then the loop's other work has its turn: a flood costs time, and not the daemon.
constexpr int kMessagesInARow = 64;

// Whether we are root of the machine, or of a user namespace that has every id. In one that has few (a rootless
// container) only our own id can be mapped further.
bool ownsAllIds() {
  std::ifstream map("/proc/self/uid_map");
  uint64_t inside = 1;
  uint64_t outside = 1;
  uint64_t count = 0;
  map >> inside >> outside >> count;
  return ::geteuid() == 0 && inside == 0 && count >= UINT32_MAX;
}

Result<void> writeFile(const std::string& path, const std::string& text) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.valid()) return errnoError("opening " + path, ErrorCode::kSeal);
  if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return errnoError("writing " + path, ErrorCode::kSeal);
  }
  return {};
}

Result<std::pair<UniqueFd, UniqueFd>> controlPair() {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return errnoError("socketpair");
  std::pair<UniqueFd, UniqueFd> pair(ends[0], ends[1]);
  // The sender's pid, translated by the kernel into our namespace: how we know which process is sealed.
  // Room for thousands of requests; the default holds about two hundred. Without CAP_NET_ADMIN the system's bound
  // stays, and what does not fit is E_BUSY.
  int room = 8 << 20;
  if (::setsockopt(pair.first.get(), SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) != 0) {
    ::setsockopt(pair.first.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  }
  int on = 1;
  if (::setsockopt(pair.first.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0) return errnoError("SO_PASSCRED");
  return pair;
}

SpawnOptions describe(const SealedProcessOptions& options, int control) {
  SpawnOptions spawn;
  spawn.program = options.provider;
  spawn.arguments = options.arguments;
  spawn.environment = {"LD_PRELOAD=" + options.library, "TZ=UTC", "LC_ALL=C.UTF-8", "UV_USE_IO_URING=0",
                       "GLIBC_TUNABLES=glibc.pthread.rseq=0"};
  spawn.descriptors.push_back({control, wire::kControlFd});
  if (options.channel >= 0) spawn.descriptors.push_back({options.channel, wire::kControlFd + 1});
  return spawn;
}

}  // namespace

Result<std::unique_ptr<SealedProcess>> SealedProcess::start(EventLoop& loop, const SealedProcessOptions& options,
                                                            Cgroup cgroup, Callbacks callbacks) {
  auto pair = controlPair();
  if (!pair) return std::move(pair).error();
  auto child = ChildProcess::spawn(describe(options, pair->second.get()));
  if (!child) return std::move(child).error();
  std::unique_ptr<SealedProcess> process(new SealedProcess(
      loop, options, std::move(child).value(), std::move(pair->first), std::move(cgroup), std::move(callbacks)));
  // SAFETY: into its cgroup before kStart, which it waits for: nothing of it runs outside its limits.
  MAYFLY_TRY(process->cgroup_.add(process->child_.pid()));
  MAYFLY_TRY(process->listen());
  return process;
}

SealedProcess::SealedProcess(EventLoop& loop, const SealedProcessOptions& options, ChildProcess child, UniqueFd control,
                             Cgroup cgroup, Callbacks callbacks)
    : loop_(loop),
      options_(options),
      child_(std::move(child)),
      control_(std::move(control)),
      cgroup_(std::move(cgroup)),
      callbacks_(std::move(callbacks)) {
  if (ownsAllIds()) hostId_ = kFirstHostId + static_cast<uint32_t>(child_.pid());
}

SealedProcess::~SealedProcess() {
  loop_.unwatch(control_.get());
  loop_.cancel(startTimer_);
  // The zygote is pid 1 of its namespace: with it the kernel ends every guest.
  child_.kill(SIGKILL);
  child_.wait();
  cgroup_.killAll();
}

Result<void> SealedProcess::listen() {
  int flags = ::fcntl(control_.get(), F_GETFL);
  if (::fcntl(control_.get(), F_SETFL, flags | O_NONBLOCK) != 0) return errnoError("fcntl");
  MAYFLY_TRY(loop_.watch(control_.get(), EPOLLIN, [this](uint32_t) { onReadable(); }));
  startTimer_ = loop_.at(monotonicNow() + options_.startLimit, [this] {
    gone(Error{ErrorCode::kUnavailable, "a sealed process did not become ready in time"});
  });
  ControlMessage start;
  start.kind = ControlKind::kStart;
  start.weaker = options_.weaker;
  start.startFlags = options_.startFlags;
  start.warmUpRounds = options_.warmUpRounds;
  start.hostId = hostId_;
  if (!send(start)) return errnoError("talking to a new process", ErrorCode::kUnavailable);
  return {};
}

bool SealedProcess::send(const ControlMessage& message, int fd) {
  return !gone_ && wire::sendPacket(control_.get(), &message, sizeof message, fd);
}

void SealedProcess::onReadable() {
  for (int i = 0; i < kMessagesInARow && !gone_; ++i) {
    ControlMessage message;
    auto packet = wire::receivePacket(control_.get(), &message, sizeof message);
    if (!packet) {
      if (errno == EAGAIN) return;
      return gone(errnoError("the control socket", ErrorCode::kUnavailable));
    }
    if (packet->size == 0 && ready_ && options_.releasesControl) return loop_.unwatch(control_.get());
    if (packet->size == 0) return gone(Error{ErrorCode::kUnavailable, "a sealed process ended unexpectedly"});
    if (packet->size != sizeof message || message.version != wire::kControlVersion) {
      return gone(Error{ErrorCode::kProtocol, "a sealed process sent a malformed message"});
    }
    message.text[sizeof message.text - 1] = '\0';
    handle(message, std::move(packet->fd), packet->sender);
  }
}

void SealedProcess::handle(const ControlMessage& message, UniqueFd fd, pid_t sender) {
  if (!ready_) return handleBeforeReady(message, sender);
  // SAFETY: what belongs to the start comes once. A process that was taken over later could otherwise have its maps
  // written anew, or pass its end off as a machine that cannot seal.
  if (message.kind < ControlKind::kForked) {
    return gone(Error{ErrorCode::kProtocol, "a sealed process began its start anew"});
  }
  callbacks_.onMessage(message, std::move(fd));
}

void SealedProcess::handleBeforeReady(const ControlMessage& message, pid_t sender) {
  switch (message.kind) {
    case ControlKind::kNeedMaps: {
      if (std::exchange(mapped_, true)) return gone(Error{ErrorCode::kProtocol, "a process asked for its maps twice"});
      auto written = writeMaps();
      if (!written) return gone(written.error());
      ControlMessage answer;
      answer.kind = ControlKind::kMapped;
      send(answer);
      return;
    }
    case ControlKind::kFailed:
      return gone(Error{ErrorCode::kSeal, message.text});
    case ControlKind::kReady: {
      auto accepted = accept(message, sender);
      if (!accepted) return gone(accepted.error());
      return callbacks_.onReady(message);
    }
    default:
      return gone(Error{ErrorCode::kProtocol, "a process spoke before it was sealed"});
  }
}

// One id inside, one outside. Root maps an id of its own choice, everybody else only their own.
Result<void> SealedProcess::writeMaps() {
  std::string process = "/proc/" + std::to_string(child_.pid());
  uint32_t uid = hostId_ != 0 ? hostId_ : ::geteuid();
  uint32_t gid = hostId_ != 0 ? hostId_ : ::getegid();
  constexpr uint32_t kInner = 1000;  // seal::kInnerId
  MAYFLY_TRY(writeFile(process + "/setgroups", "deny"));
  MAYFLY_TRY(writeFile(process + "/uid_map", std::to_string(kInner) + " " + std::to_string(uid) + " 1"));
  return writeFile(process + "/gid_map", std::to_string(kInner) + " " + std::to_string(gid) + " 1");
}

Result<void> SealedProcess::accept(const ControlMessage& ready, pid_t sender) {
  seal::LayerSet missing = seal::requiredLayers() & ~ready.layers & ~options_.weaker;
  if (missing != 0) return Error{ErrorCode::kSeal, "not in force: " + seal::layerNames(missing)};
  auto view = seal::viewFromOutside(sender);
  if (!view) return std::move(view).error();
  MAYFLY_TRY(seal::confirmSeal(*view, ready.layers, options_.expected));
  loop_.cancel(startTimer_);
  innerPid_ = sender;
  layers_ = ready.layers | cgroup_.layers();
  ready_ = true;
  return {};
}

void SealedProcess::gone(Error error) {
  if (std::exchange(gone_, true)) return;
  loop_.unwatch(control_.get());
  loop_.cancel(startTimer_);
  child_.kill(SIGKILL);
  // The owner may destroy us in its callback; that must not happen below handle().
  // Copied: the callback may destroy us while it runs.
  loop_.later(lifetime_.guard([onGone = callbacks_.onGone, error = std::move(error)] { onGone(error); }));
}

}  // namespace mayfly
