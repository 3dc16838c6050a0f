// SPDX-License-Identifier: Apache-2.0
#include "scheduler/guest.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/syscall.h"
#include "scheduler/process_clock.h"

namespace mayfly {
namespace {

// A spare says nothing before it has a job.
constexpr size_t kNothingExpected = 0;

// Each guest holds a socket; a pidfd as well while descriptors are plenty. Past that it is killed through its zygote,
// which is its parent and so cannot mistake it for another process either.
bool canAffordPidfd(int newestFd) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<rlim_t>(newestFd) < limit.rlim_cur / 3;
}

}  // namespace

Guest::Guest(EventLoop& loop, Zygote& zygote, const wire::GuestLimits& limits, UniqueFd socket)
    : loop_(loop), zygote_(zygote), limits_(limits), socket_(std::move(socket)), reader_(kNothingExpected) {}

Result<std::unique_ptr<Guest>> Guest::fork(EventLoop& loop, Zygote& zygote, const wire::GuestLimits& limits,
                                           uint32_t flags) {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return errnoError("a channel for a guest", ErrorCode::kBusy);
  }
  UniqueFd theirs(ends[1]);
  std::unique_ptr<Guest> guest(new Guest(loop, zygote, limits, UniqueFd(ends[0])));
  if (::fcntl(ends[0], F_SETFL, O_RDWR | O_NONBLOCK) != 0) return errnoError("fcntl");
  guest->spare_ = (flags & wire::kForkSpare) != 0;
  guest->keepsPidfd_ = canAffordPidfd(ends[1]);
  // Whose clock the daemon watches needs one at least for a moment, to learn its pid.
  if (guest->keepsPidfd_ || limits.cpuNanos == 0) flags |= wire::kForkWantPidfd;
  MAYFLY_TRY(guest->request(flags, std::move(theirs)));
  return guest;
}

Result<void> Guest::request(uint32_t flags, UniqueFd theirs) {
  MAYFLY_TRY(loop_.watch(socket_.get(), EPOLLIN, [this](uint32_t events) { onSocket(events); }));
  Zygote::GuestCallbacks callbacks;
  callbacks.onForked = [this](UniqueFd pidfd) {
    if (limits_.cpuNanos == 0 && pidfd.valid()) pid_ = pidBehind(pidfd.get());
    if (keepsPidfd_) pidfd_ = std::move(pidfd);
    forked_ = true;
    forkedAt_ = monotonicNow();
    if (killAsked_) return kill();
    if (listener_ != nullptr) listener_->onForked();
  };
  callbacks.onExit = [this](const GuestExit& exit) { onExited(exit); };
  auto ticket = zygote_.fork(limits_, flags, std::move(theirs), std::move(callbacks));
  if (!ticket) {
    ended_ = true;
    return std::move(ticket).error();
  }
  ticket_ = *ticket;
  return {};
}

Guest::~Guest() {
  loop_.unwatch(socket_.get());
  if (ended_) return;
  kill();
  zygote_.abandon(ticket_);
}

void Guest::attach(Listener* listener, size_t maxPayload) {
  listener_ = listener;
  reader_.setMaxPayload(maxPayload);
}

void Guest::send(std::string_view bytes) {
  if (sent_ > unsent_.size() / 2) unsent_.erase(0, std::exchange(sent_, 0));
  unsent_ += bytes;
  flush();
}

void Guest::flush() {
  while (unsentBytes() > 0) {
    ssize_t count =
        retryEintr([&] { return ::send(socket_.get(), unsent_.data() + sent_, unsentBytes(), MSG_NOSIGNAL); });
    if (count <= 0) break;  // full: EPOLLOUT will tell; gone: onExited will
    sent_ += static_cast<size_t>(count);
  }
  bool full = unsentBytes() > 0;
  if (!full) forgetSent();
  if (full == awaitsRoom_ || ended_ || broken_ || closed_) return;
  awaitsRoom_ = full;
  loop_.rewatch(socket_.get(), full ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

// A large job's buffer is not kept for a guest's life.
void Guest::forgetSent() {
  constexpr size_t kKept = 16U << 10U;
  sent_ = 0;
  unsent_.clear();
  if (unsent_.capacity() > kKept) unsent_.shrink_to_fit();
}

void Guest::kill() {
  if (ended_) return;
  if (!forked_) {
    killAsked_ = true;
  } else if (pidfd_.valid()) {
    ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
    zygote_.expectEnd(ticket_);
  } else {
    zygote_.kill(ticket_);
  }
}

Guest::Read Guest::readSome() {
  std::span<char> room = reader_.room();
  ssize_t count = retryEintr([&] { return ::recv(socket_.get(), room.data(), room.size(), MSG_DONTWAIT); });
  if (count < 0 && errno == EAGAIN) return Read::kNothingYet;
  if (count <= 0) return Read::kEnd;
  reader_.commit(static_cast<size_t>(count));
  return Read::kData;
}

void Guest::deliver() {
  while (!broken_) {
    auto frame = reader_.next();
    if (!frame) {
      broken_ = true;
      loop_.unwatch(socket_.get());
      if (listener_ == nullptr) return kill();
      return listener_->onProtocolError(frame.error());
    }
    if (!frame->has_value()) return;
    bool saysReady = (*frame)->header.type == static_cast<uint16_t>(wire::FrameType::kSpareReady);
    if (saysReady && spare_ && !rehearsed_ && (*frame)->payload.empty()) {
      rehearsed_ = true;
      // From here on it sleeps until its job comes. Without a pidfd the job is charged for the rehearsal as well.
      if (pidfd_.valid()) rehearsalNanos_ = cpuNanosOf(pidBehind(pidfd_.get()));
    } else if (listener_ != nullptr) {
      listener_->onFrame(**frame);
    } else {
      return kill();  // a spare has nothing to say before it has a job
    }
  }
}

void Guest::onSocket(uint32_t events) {
  if ((events & EPOLLOUT) != 0) flush();
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
  Read read = readSome();
  deliver();
  if (read != Read::kEnd) return;
  closed_ = true;  // its exit is reported by the zygote, a moment later
  loop_.unwatch(socket_.get());
}

std::optional<Guest::Account> Guest::account() const {
  if (ended_ || !pidfd_.valid()) return {};
  pid_t pid = pidBehind(pidfd_.get());
  Account account{.cpuNanos = cpuNanosOf(pid), .peakBytes = peakBytesOf(pid)};
  if (account.cpuNanos <= rehearsalNanos_ || account.peakBytes == 0) return {};
  account.cpuNanos -= rehearsalNanos_;
  return account;
}

// How much of the rehearsal was system time is not known; the two together are right.
void Guest::onExited(GuestExit exit) {
  uint64_t user = std::min(exit.userNanos, rehearsalNanos_);
  exit.userNanos -= user;
  exit.systemNanos -= std::min(exit.systemNanos, rehearsalNanos_ - user);
  // The process is gone, so the stream ends: take what it wrote before.
  while (!broken_ && readSome() == Read::kData) deliver();
  loop_.unwatch(socket_.get());
  ended_ = true;
  if (listener_ != nullptr) listener_->onExit(exit);
}

}  // namespace mayfly
