// SPDX-License-Identifier: Apache-2.0
#include "scheduler/zygote.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "seal/probes.h"

namespace mayfly {
namespace {

using wire::ControlKind;
using wire::ControlMessage;

constexpr wire::GuestLimits kProbeLimits = {.cpuNanos = 1'000'000'000, .memoryBytes = 16U << 20U};

}  // namespace

Result<std::unique_ptr<Zygote>> Zygote::start(EventLoop& loop, const SealedProcessOptions& options, Cgroup cgroup,
                                              Callbacks callbacks) {
  std::unique_ptr<Zygote> zygote(new Zygote(loop, options.answerLimit, std::move(callbacks)));
  Zygote* self = zygote.get();
  SealedProcess::Callbacks events;
  events.onReady = [self](const ControlMessage& message) { self->onProcessReady(message); };
  events.onMessage = [self](const ControlMessage& message, UniqueFd fd) { self->onMessage(message, std::move(fd)); };
  events.onGone = [self](const Error& error) { self->onGone(error); };
  auto process = SealedProcess::start(loop, options, std::move(cgroup), std::move(events));
  if (!process) return std::move(process).error();
  zygote->process_ = std::move(process).value();
  return zygote;
}

Zygote::Zygote(EventLoop& loop, std::chrono::milliseconds answerLimit, Callbacks callbacks)
    : loop_(loop),
      callbacks_(std::move(callbacks)),
      born_(monotonicNow()),
      forksOwed_(loop, answerLimit, [this] { onGone(Error{ErrorCode::kUnavailable, "the zygote does not answer"}); }),
      endsOwed_(loop, answerLimit, [this] {
        onGone(Error{ErrorCode::kUnavailable, "the zygote does not report the end of its guests"});
      }) {}

Zygote::~Zygote() = default;

void Zygote::onProcessReady(const ControlMessage& message) {
  v8Version_ = message.text;
  landlockAbi_ = message.landlockAbi;
  baselineBytes_ = message.baselineBytes;
  probesLeft_ = seal::kProbes.size();
  for (uint32_t probe = 0; probe < seal::kProbes.size() && !gone_; ++probe) startProbe(probe);
}

void Zygote::startProbe(uint32_t probe) {
  GuestCallbacks callbacks;
  callbacks.onExit = [this, probe](const GuestExit& exit) { onProbeEnded(probe, exit); };
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return onGone(errnoError("socketpair"));
  UniqueFd ours(ends[0]);
  auto ticket = fork(kProbeLimits, wire::kForkProbe, UniqueFd(ends[1]), std::move(callbacks), probe);
  if (!ticket) onGone(ticket.error());
}

void Zygote::onProbeEnded(uint32_t probe, const GuestExit& exit) {
  if (gone_ || exit.lost) return;
  if (exit.forkErrno != 0) return onGone(Error{ErrorCode::kUnavailable, "a throw-away guest could not be forked"});
  bool killed = WIFSIGNALED(exit.waitStatus) && WTERMSIG(exit.waitStatus) == SIGSYS;
  if (!killed) {
    const seal::Probe& failed = seal::kProbes.at(probe);
    return onGone(Error{ErrorCode::kSeal, "a throw-away guest survived " + std::string(failed.name) + " (" +
                                              std::string(failed.syscall) + "); nothing will be run"});
  }
  baselineResidentBytes_ = std::min(baselineResidentBytes_, exit.peakBytes);
  if (--probesLeft_ > 0) return;
  ready_ = true;
  callbacks_.onReady();
}

Result<uint64_t> Zygote::fork(const wire::GuestLimits& limits, uint32_t flags, UniqueFd channel,
                              GuestCallbacks callbacks, uint32_t probe) {
  ControlMessage request;
  request.kind = ControlKind::kFork;
  request.ticket = ++nextTicket_;
  request.forkFlags = flags;
  request.probe = probe;
  request.limits = limits;
  if (!process_->send(request, channel.get())) {
    if (errno == EAGAIN) return Error{ErrorCode::kBusy, "the zygote has too many requests waiting"};
    return errnoError("asking for a guest", ErrorCode::kUnavailable);
  }
  guests_.emplace(request.ticket, Pending{.callbacks = std::move(callbacks), .cpuLimit = limits.cpuNanos});
  forksOwed_.owe();
  return request.ticket;
}

void Zygote::kill(uint64_t ticket) {
  ControlMessage request;
  request.kind = ControlKind::kKill;
  request.ticket = ticket;
  process_->send(request);
  expectEnd(ticket);
}

// Before it is forked there is nothing to wait for but the fork.
void Zygote::expectEnd(uint64_t ticket) {
  auto found = guests_.find(ticket);
  if (found == guests_.end() || !found->second.forked || std::exchange(found->second.endOwed, true)) return;
  endsOwed_.owe();
}

void Zygote::abandon(uint64_t ticket) {
  auto found = guests_.find(ticket);
  if (found == guests_.end()) return;
  found->second.callbacks = {};
  found->second.callbacks.onForked = [this, ticket](UniqueFd) { expectEnd(ticket); };
  kill(ticket);
}

void Zygote::onMessage(const ControlMessage& message, UniqueFd fd) {
  if (gone_) return;
  if (message.kind == ControlKind::kExited) return onExited(message);
  auto found = guests_.find(message.ticket);
  if (message.kind != ControlKind::kForked || found == guests_.end() || found->second.forked) {
    return lied("a fork that nobody asked for");
  }
  found->second.forked = true;
  forksOwed_.answered();
  if (found->second.callbacks.onForked) found->second.callbacks.onForked(std::move(fd));
}

void Zygote::onExited(const ControlMessage& message) {
  auto found = guests_.find(message.ticket);
  if (found == guests_.end()) return lied("the end of a guest that it does not have");
  GuestExit exit;
  exit.forkErrno = message.failureErrno;
  exit.waitStatus = message.waitStatus;
  exit.userNanos = message.userNanos;
  exit.systemNanos = message.systemNanos;
  exit.peakBytes = message.peakBytes;
  // Either it was forked and has ended, or it could not be forked.
  if (found->second.forked != (exit.forkErrno == 0)) return lied("the end of a guest that it did not fork");
  if (!WIFEXITED(exit.waitStatus) && !WIFSIGNALED(exit.waitStatus)) return lied("an end that is none");
  Pending guest = std::move(found->second);
  guests_.erase(found);
  if (!guest.forked) forksOwed_.answered();
  if (guest.endOwed) endsOwed_.answered();
  exit.memoryRanOut = claimMemoryKill(exit, guest);
  if (guest.callbacks.onExit) guest.callbacks.onExit(exit);
  if (guests_.empty() && callbacks_.onIdle && ready_) callbacks_.onIdle();
}

// The kernel counts its kills for lack of memory, and does not say whom they hit. Each explains one death by SIGKILL
// that nothing else explains.
bool Zygote::claimMemoryKill(const GuestExit& exit, const Pending& guest) {
  bool unexplained = WIFSIGNALED(exit.waitStatus) && WTERMSIG(exit.waitStatus) == SIGKILL && !guest.endOwed &&
                     (guest.cpuLimit == 0 || exit.cpuNanos() < guest.cpuLimit);
  if (!unexplained || process_->cgroup().oomKills() <= memoryKillsSeen_) return false;
  ++memoryKillsSeen_;
  return true;
}

void Zygote::lied(const char* how) { onGone(Error{ErrorCode::kProtocol, std::string("the zygote reported ") + how}); }

void Zygote::onGone(const Error& error) {
  if (std::exchange(gone_, true)) return;
  ready_ = false;
  auto guests = std::exchange(guests_, {});
  for (auto& [ticket, guest] : guests) {
    if (guest.callbacks.onExit) guest.callbacks.onExit(GuestExit{.lost = true});
  }
  loop_.later(lifetime_.guard([onGone = callbacks_.onGone, error] { onGone(error); }));
}

}  // namespace mayfly
