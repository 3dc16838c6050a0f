// SPDX-License-Identifier: Apache-2.0
#include "api/loop_bridge.h"

#include <sched.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace mayfly::api {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// So many rounds in a row, then clients have their turn.
constexpr int kRoundsATurn = 8;

}  // namespace

class LoopBridge::State : public std::enable_shared_from_this<State> {
 public:
  State(asio::io_context& outer, EventLoop& inner)
      : outer_(outer), inner_(inner), events_(outer, inner.descriptor()), deadline_(outer) {}

  void start() {
    inner_.onAddedFromOutside([this] { schedule(); });
    watch();
    schedule();
  }

  void stop() {
    if (stopped_) return;
    stopped_ = true;
    inner_.onAddedFromOutside(nullptr);
    deadline_.cancel();
    events_.cancel();
    events_.release();  // the descriptor is the inner loop's
  }

  [[nodiscard]] uint64_t turns() const { return turns_; }

 private:
  // A turn after the handler that runs now.
  void schedule() {
    if (scheduled_ || stopped_) return;
    scheduled_ = true;
    asio::post(outer_, [self = shared_from_this()] {
      self->scheduled_ = false;
      self->turn();
    });
  }

  // Asio asks the kernel anew with each wait, so that events which are there already are seen.
  void watch() {
    events_.async_wait(asio::posix::stream_descriptor::wait_read, [self = shared_from_this()](error_code failure) {
      if (failure || self->stopped_) return;
      self->turn();
      if (!self->stopped_) self->watch();
    });
  }

  void turn() {
    if (stopped_) return;
    ++turns_;
    pollUntil_ = std::max(pollUntil_, inner_.takePollUntil());
    bool worked = false;
    for (int round = 0; round < kRoundsATurn; ++round) {
      if (!inner_.runOnce(monotonicNow())) break;
      worked = true;
      if (stopped_) return;
    }
    pollUntil_ = worked ? inner_.takePollUntil() : std::max(pollUntil_, inner_.takePollUntil());
    arm();
    if (pollUntil_ == MonotonicTime{}) return;
    if (monotonicNow() >= pollUntil_) {
      pollUntil_ = MonotonicTime{};
      return;
    }
    ::sched_yield();  // the one that is to answer may wait for this very processor
    schedule();
  }

  // A timer that comes too early only costs a turn, so a deadline that moved away is left alone.
  void arm() {
    MonotonicTime next = inner_.nextDeadline();
    if (next <= monotonicNow()) return schedule();
    if (next >= armed_) return;
    armed_ = next;
    deadline_.expires_at(next);
    deadline_.async_wait([self = shared_from_this()](error_code failure) {
      if (failure) return;  // another one has taken its place
      self->armed_ = MonotonicTime::max();
      self->turn();
    });
  }

  asio::io_context& outer_;
  EventLoop& inner_;
  asio::posix::stream_descriptor events_;
  asio::steady_timer deadline_;
  MonotonicTime armed_ = MonotonicTime::max();
  MonotonicTime pollUntil_{};
  uint64_t turns_ = 0;
  bool scheduled_ = false;
  bool stopped_ = false;
};

LoopBridge::LoopBridge(asio::io_context& outer, EventLoop& inner) : state_(std::make_shared<State>(outer, inner)) {
  state_->start();
}

LoopBridge::~LoopBridge() { stop(); }

void LoopBridge::stop() { state_->stop(); }

uint64_t LoopBridge::turns() const { return state_->turns(); }

}  // namespace mayfly::api
