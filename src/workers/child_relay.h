// SPDX-License-Identifier: Apache-2.0
#pragma once

// A host worker's stream and a session of its child, tied together: messages pass as they are, credit passes with them,
// so nothing is kept here. The end of either is the end of the other.

#include <functional>
#include <memory>
#include <string_view>

#include "workers/worker.h"

namespace mayfly {

class ChildRelay final : public std::enable_shared_from_this<ChildRelay> {
 public:
  // `stream` is the one that the parent asked for a child on; `json` is what the parent is told of it. `onOver` comes
  // when both ends are over. It keeps itself and both workers until then.
  static void start(EventLoop& loop, std::shared_ptr<Worker> parent, Worker::StreamId stream,
                    std::shared_ptr<Worker> child, std::string_view json, std::function<void()> onOver);

 private:
  // One end: what it hears goes to the other.
  class End final : public StreamListener {
   public:
    void onText(std::string_view message) override { other_->send(wire::FrameType::kText, message); }
    void onCredit(uint32_t bytes) override { other_->send(wire::FrameType::kCredit, wire::encodeCredit(bytes)); }
    void onClose(const wire::Close& close) override { other_->send(wire::FrameType::kClose, wire::encodeClose(close)); }
    void onDone(const std::optional<RunError>& error, const Usage& usage) override;

   private:
    friend class ChildRelay;
    void send(wire::FrameType type, std::string_view payload) { worker_->send(stream_, type, payload); }

    ChildRelay* relay_ = nullptr;
    End* other_ = nullptr;
    std::shared_ptr<Worker> worker_;
    Worker::StreamId stream_ = 0;
    bool over_ = false;
  };

  ChildRelay(EventLoop& loop, std::function<void()> onOver) : loop_(loop), onOver_(std::move(onOver)) {}
  void onEnd();

  EventLoop& loop_;
  std::function<void()> onOver_;
  End parent_;
  End child_;
  std::shared_ptr<ChildRelay> self_;
};

}  // namespace mayfly
