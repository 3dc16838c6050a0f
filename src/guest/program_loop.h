// SPDX-License-Identifier: Apache-2.0
#pragma once

// The event loop of a program (HTML standard, 8.1.7): microtasks, then the next task, timer or frame of the daemon, and
// so on. What nobody in the program handles is told to whoever turns the loop.

#include <functional>

#include "guest/daemon_channel.h"
#include "guest/engine.h"

namespace mayfly::guest {

class ProgramLoop {
 public:
  // Whom a worker's frames are for.
  class Inbox {
   public:
    virtual ~Inbox() = default;
    virtual void onFrame(const wire::Frame& frame) = 0;
    // Whether a frame may come that the program waits for.
    [[nodiscard]] virtual bool mayHear() const = 0;
  };

  // An error that was not caught (kException), or a rejection that was not handled (kRejection).
  struct Loss {
    ErrorCode code;
    v8::Local<v8::Value> thrown;
    v8::Local<v8::Message> message;
    uint64_t stream = 0;  // of the call that it belongs to
  };
  // False: the loop is to stop.
  using OnLoss = std::function<bool(const Loss&)>;

  // Borrows everything.
  ProgramLoop(Engine& engine, v8::Local<v8::Context> context, DaemonChannel& channel);

  // From now on frames are taken from the channel as well.
  void listen(Inbox* inbox) { inbox_ = inbox; }

  enum class End : uint8_t { kSettled, kStalled, kStopped };
  // Turns until the promise is settled, or nothing is left that could settle it, or `onLoss` says so. A rejection of
  // that promise itself is no loss.
  End settle(v8::Local<v8::Promise> promise, const OnLoss& onLoss);

  // Turns until the daemon goes, which ends the process.
  [[noreturn]] void turnForEver(const OnLoss& onLoss);

  // The program's clock moves to the wall clock's time, never back.
  void wakeClock();

 private:
  void drainMicrotasks();
  // False when `onLoss` wants to stop; `asked` when listeners of the program ran.
  bool takeLosses(v8::Local<v8::Promise> except, const OnLoss& onLoss, bool& asked);
  bool turn();
  bool turnListening();
  [[nodiscard]] bool taskIsNext() const;
  void runTimer();

  Engine& engine_;
  v8::Isolate* isolate_;
  v8::Local<v8::Context> context_;
  DaemonChannel& channel_;
  Inbox* inbox_ = nullptr;
  bool frameWasLast_ = false;
};

}  // namespace mayfly::guest
