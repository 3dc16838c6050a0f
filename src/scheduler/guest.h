// SPDX-License-Identifier: Apache-2.0
#pragma once

// One guest, from the daemon's side: a socket whose every byte is hostile, and a way to kill it.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/event_loop.h"
#include "scheduler/zygote.h"
#include "wire/frame.h"

namespace mayfly {

class Guest {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void onFrame(const wire::Frame& frame) = 0;
    // The guest broke the framing rules. It is still there: kill it.
    virtual void onProtocolError(const Error& error) = 0;
    // It is forked; not for a spare. From here on it has a pid.
    virtual void onForked() {}
    // The last call. Everything that the guest wrote before its end has been delivered.
    virtual void onExit(const GuestExit& exit) = 0;
  };

  // `flags` as in wire::ForkFlags. The limits are the kernel's from its first instruction.
  static Result<std::unique_ptr<Guest>> fork(EventLoop& loop, Zygote& zygote, const wire::GuestLimits& limits,
                                             uint32_t flags);
  ~Guest();  // kills it when it still lives
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;

  // Who hears about it from now on. No frame may be larger than `maxPayload`.
  void attach(Listener* listener, size_t maxPayload);

  // Queues bytes; what the socket does not take at once follows when it can.
  void send(std::string_view bytes);
  void kill();

  [[nodiscard]] const wire::GuestLimits& limits() const { return limits_; }
  // It outlives the guest, or has told it of its end.
  [[nodiscard]] Zygote& zygote() const { return zygote_; }
  [[nodiscard]] bool forked() const { return forked_; }
  [[nodiscard]] bool ended() const { return ended_; }
  // A spare that has rehearsed.
  [[nodiscard]] bool rehearsed() const { return rehearsed_; }
  [[nodiscard]] MonotonicTime forkedAt() const { return forkedAt_; }
  // Its process in our namespace, so that its clock can be watched; only when the limits leave CPU time to the daemon,
  // and not before it is forked. 0: it has gone, or there was no descriptor to learn it with.
  [[nodiscard]] pid_t pid() const { return ended_ ? 0 : pid_; }
  // What it has used so far by the kernel's account, its rehearsal left out; nothing when that cannot be known, or when
  // it has ended.
  struct Account {
    uint64_t cpuNanos = 0;
    uint64_t peakBytes = 0;
  };
  [[nodiscard]] std::optional<Account> account() const;
  // What the socket has not taken yet.
  [[nodiscard]] size_t unsentBytes() const { return unsent_.size() - sent_; }

 private:
  Guest(EventLoop& loop, Zygote& zygote, const wire::GuestLimits& limits, UniqueFd socket);
  Result<void> request(uint32_t flags, UniqueFd theirs);
  void onSocket(uint32_t events);
  void flush();
  void forgetSent();
  enum class Read : uint8_t { kData, kNothingYet, kEnd };
  Read readSome();
  void deliver();
  void onExited(GuestExit exit);

  EventLoop& loop_;
  Zygote& zygote_;
  wire::GuestLimits limits_;
  UniqueFd socket_;
  UniqueFd pidfd_;
  uint64_t ticket_ = 0;
  Listener* listener_ = nullptr;
  wire::FrameReader reader_;
  std::string unsent_;
  size_t sent_ = 0;  // of unsent_
  pid_t pid_ = 0;
  bool awaitsRoom_ = false;
  bool keepsPidfd_ = false;
  bool forked_ = false;
  bool killAsked_ = false;
  bool broken_ = false;
  bool closed_ = false;  // the guest's end of the socket has gone
  bool ended_ = false;
  bool spare_ = false;
  bool rehearsed_ = false;
  uint64_t rehearsalNanos_ = 0;  // CPU time that is not the job's
  MonotonicTime forkedAt_;
};

}  // namespace mayfly
