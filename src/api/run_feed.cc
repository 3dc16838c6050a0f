// SPDX-License-Identifier: Apache-2.0
#include "api/run_feed.h"

#include <algorithm>

namespace mayfly::api {
namespace {

// So much is written ahead of what a client has taken.
constexpr size_t kAhead = 64U << 10U;

std::string eventText(uint64_t id, std::string_view name, std::string_view json) {
  // JSON of ours has no line ends in it.
  std::string text = "id: " + std::to_string(id) + "\nevent: ";
  return text.append(name).append("\ndata: ").append(json).append("\n\n");
}

}  // namespace

void RunFeed::add(std::string_view event, std::string_view json) {
  events_.push_back(eventText(firstId_ + events_.size(), event, json));
  bytes_ += events_.back().size();
  pumpAll();
  while (bytes_ > maxBytes_ && events_.size() > 1) {
    bytes_ -= events_.front().size();
    events_.pop_front();
    ++firstId_;
  }
}

void RunFeed::finish() {
  finished_ = true;
  pumpAll();
}

void RunFeed::subscribe(std::shared_ptr<Exchange> exchange, uint64_t after, const std::string& runId) {
  Answer head;
  head.with("Content-Type", "text/event-stream").with("Cache-Control", "no-store").with("X-Accel-Buffering", "no");
  head.with("Mayfly-Run-Id", runId);
  if (!exchange->trace.empty()) head.with("traceparent", exchange->trace);
  exchange->begin(std::move(head));
  auto subscriber = std::make_shared<Subscriber>(Subscriber{exchange, after + 1});
  subscribers_.push_back(subscriber);
  // The exchange drops its callbacks when it ends, so this is no cycle.
  exchange->onWritten = [feed = shared_from_this(), subscriber] { feed->pump(*subscriber); };
  exchange->onGone = [feed = shared_from_this(), subscriber] {
    subscriber->exchange->abort();
    std::erase(feed->subscribers_, subscriber);
  };
  pump(*subscriber);
}

void RunFeed::heartbeat() {
  for (const auto& subscriber : subscribers_) {
    if (subscriber->exchange->unsent() == 0) subscriber->exchange->write(":\n\n");
  }
}

void RunFeed::pumpAll() {
  auto all = subscribers_;
  for (const auto& subscriber : all) pump(*subscriber);
}

void RunFeed::pump(Subscriber& subscriber) {
  uint64_t end = firstId_ + events_.size();
  if (subscriber.next < firstId_) {
    std::string missed =
        "{\"from\":" + std::to_string(subscriber.next) + ",\"to\":" + std::to_string(firstId_ - 1) + "}";
    subscriber.exchange->write(eventText(firstId_ - 1, "gap", missed));
    subscriber.next = firstId_;
  }
  while (subscriber.next < end && subscriber.exchange->unsent() < kAhead) {
    subscriber.exchange->write(events_[subscriber.next - firstId_]);
    ++subscriber.next;
  }
  if (!finished_ || subscriber.next < end) return;
  subscriber.exchange->finish();
  std::erase_if(subscribers_, [&](const auto& each) { return each.get() == &subscriber; });
}

}  // namespace mayfly::api
