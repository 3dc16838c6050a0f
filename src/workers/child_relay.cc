// SPDX-License-Identifier: Apache-2.0
#include "workers/child_relay.h"

#include <utility>

namespace mayfly {

void ChildRelay::start(EventLoop& loop, std::shared_ptr<Worker> parent, Worker::StreamId stream,
                       std::shared_ptr<Worker> child, std::string_view json, std::function<void()> onOver) {
  std::shared_ptr<ChildRelay> relay(new ChildRelay(loop, std::move(onOver)));
  relay->self_ = relay;
  End& ours = relay->parent_;
  End& theirs = relay->child_;
  ours.relay_ = theirs.relay_ = relay.get();
  ours.other_ = &theirs;
  theirs.other_ = &ours;
  ours.worker_ = std::move(parent);
  ours.stream_ = stream;
  theirs.worker_ = std::move(child);
  theirs.stream_ = theirs.worker_->session(theirs);
  ours.worker_->acceptChild(stream, ours, json);
}

void ChildRelay::End::onDone(const std::optional<RunError>& error, const Usage&) {
  over_ = true;
  if (error) {
    other_->worker_->reset(other_->stream_, std::string(errorInfo(error->code).code) + " " + error->message);
  }
  relay_->onEnd();
}

// Not now: one of the workers is calling us, and goes with us perhaps.
void ChildRelay::onEnd() {
  if (!parent_.over_ || !child_.over_) return;
  loop_.later([self = std::move(self_)] {
    if (auto onOver = std::exchange(self->onOver_, nullptr)) onOver();
  });
}

}  // namespace mayfly
