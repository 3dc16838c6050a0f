// SPDX-License-Identifier: Apache-2.0
#include "api/run_endpoint.h"

#include <algorithm>
#include <utility>

#include "api/request_checks.h"
#include "api/schema_check.h"
#include "base/json_text.h"
#include "base/sha256.h"
#include "scheduler/random_id.h"
#include "scheduler/run_document.h"

namespace mayfly::api {
namespace {

constexpr std::chrono::seconds kFeedKept{60};
constexpr std::chrono::seconds kHeartbeat{15};
constexpr size_t kMaxFeedBytes = 4U << 20U;
constexpr uint16_t kFine = 200;

double secondsSince(MonotonicTime begin) { return std::chrono::duration<double>(monotonicNow() - begin).count(); }

int64_t nowMillis() { return static_cast<int64_t>(wallClockMillis()); }

}  // namespace

// One run from its admission to its stored answer. The endpoint's table holds it until `ended`.
class RunEndpoint::ActiveRun : public std::enable_shared_from_this<ActiveRun> {
 public:
  ActiveRun(RunEndpoint& owner, std::shared_ptr<Exchange> exchange, RunRequest request, std::string idempotencyKey)
      : id(randomId("run_")),
        caller(exchange->caller),
        owner_(owner),
        parts_(owner.parts_),
        exchange_(std::move(exchange)),
        request_(std::move(request)),
        idempotencyKey_(std::move(idempotencyKey)),
        trace_(exchange_->trace),
        bytesIn_(exchange_->body.size()),
        begun_(exchange_->begun) {
    if (!idempotencyKey_.empty()) bodyHash_ = sha256Hex(exchange_->body);
    // What was parsed is all that is needed of it.
    std::string().swap(exchange_->body);
    if (acceptsType(exchange_->head, "text/event-stream")) feed = std::make_shared<RunFeed>(kMaxFeedBytes);
  }

  void start() {
    exchange_->onGone = [weak = weak_from_this()] {
      if (auto self = weak.lock()) self->onGone();
    };
    ticket_ = parts_.tenants.admit(caller, [weak = weak_from_this()](Result<std::unique_ptr<Place>> place) {
      if (auto self = weak.lock()) self->onPlace(std::move(place));
    });
  }

  void cancel() {
    cancelled_ = true;
    if (place_ != nullptr) return place_->tenant().scheduler().cancel(submitted_);
    if (over_ || submitted_ != 0) return;  // its end is being stored
    ticket_.reset();
    refuse(Error{ErrorCode::kCancelled, "the run was cancelled before it began"});
  }

  const std::string id;
  const Caller caller;
  std::shared_ptr<RunFeed> feed;  // of a streamed one

 private:
  void onGone() {
    // A streamed run can be taken up again by its id, once the client knows it.
    if (feed == nullptr || place_ == nullptr) cancel();
  }

  void onPlace(Result<std::unique_ptr<Place>> place) {
    if (!place) return refuse(place.error());
    place_ = std::move(place).value();
    admitted_ = monotonicNow();
    schema_ = std::move(request_.outputSchemaJson);
    checkSchema(place_->tenant().scheduler(), schema_, [self = shared_from_this()](Result<void> fine) {
      if (self->over_) return;
      if (fine) return self->submit();
      self->place_.reset();
      self->refuse(fine.error());
    });
  }

  void submit() {
    if (feed != nullptr) feed->subscribe(std::exchange(exchange_, nullptr), 0, id);
    RunCallbacks callbacks;
    callbacks.onLog = [this](const wire::LogRecord& record) { onLog(record); };
    callbacks.onDone = [self = shared_from_this()](Outcome outcome) {
      Scheduler& scheduler = self->place_->tenant().scheduler();
      applySchema(scheduler, self->schema_, std::move(outcome),
                  [self](Outcome checked) { self->onDone(std::move(checked)); });
    };
    submitted_ = place_->tenant().scheduler().submit(std::move(request_), std::move(callbacks));
    if (cancelled_) place_->tenant().scheduler().cancel(submitted_);
  }

  void onLog(const wire::LogRecord& record) {
    std::string json = logJson(record);
    if (feed != nullptr) return feed->add("log", json);
    if (!logs_.empty()) logs_ += ',';
    logs_ += json;
  }

  void onDone(Outcome outcome) {
    outcome.id = id;
    replied_ = monotonicNow();
    measure(outcome.trace);
    std::string document = outcomeJson(outcome, feed != nullptr ? "" : "[" + logs_ + "]", false);
    recordEnd(parts_, account(), outcome.usage, outcome.error, document.size());
    place_->used(outcome.usage);
    parts_.ledger.whenStored([self = shared_from_this(), outcome = std::move(outcome),
                              document = std::move(document)](const Result<void>& stored) mutable {
      self->deliver(outcome, std::move(document), stored);
    });
    place_.reset();
  }

  void measure(const Trace& trace) {
    if (trace.replied <= 0) return;
    Metrics& metrics = parts_.metrics;
    double waited = std::chrono::duration<double>(admitted_ - begun_).count();
    metrics.phase(Metrics::Phase::kQueue, waited + trace.assigned / 1e6);
    if (!trace.spare) metrics.phase(Metrics::Phase::kFork, std::max(0.0, trace.forked - trace.assigned) / 1e6);
    metrics.phase(Metrics::Phase::kRun, (trace.replied - std::max(trace.assigned, trace.forked)) / 1e6);
  }

  [[nodiscard]] Account account() const { return {caller, "run", id, trace_, bytesIn_}; }

  void deliver(const Outcome& outcome, std::string document, const Result<void>& stored) {
    parts_.metrics.phase(Metrics::Phase::kReply, secondsSince(replied_));
    if (!stored) return refuse(Error(stored.error()).within("the run took place, but its record could not be stored"));
    StoredAnswer kept{bodyHash_, kFine, "", nowMillis()};
    if (!idempotencyKey_.empty()) kept.body = document;
    if (feed != nullptr) {
      feed->add("outcome", document);
    } else {
      answer(outcomeAnswer(outcome, std::move(document)));
    }
    settle(isOurFault(outcome.error) ? nullptr : &kept);
    finish();
  }

  void refuse(const Error& error) {
    if (over_) return;
    if (feed != nullptr && exchange_ == nullptr) {
      feed->add("outcome", "{\"id\":" + jsonString(id) + ",\"status\":\"error\",\"error\":" + shortError(error) + "}");
    } else {
      answer(refusal(parts_, account(), error));
    }
    settle(nullptr);
    finish();
  }

  static std::string shortError(const Error& error) {
    std::string out;
    const ErrorInfo& info = errorInfo(error.code);
    JsonObject(out).text("code", info.code).text("message", error.message).boolean("retryable", info.retryable);
    return out;
  }

  void answer(Answer answer) {
    if (exchange_ == nullptr) return;
    answer.with("Mayfly-Run-Id", id);
    if (!trace_.empty() && !answer.has("traceparent")) answer.with("traceparent", trace_);
    exchange_->answer(std::move(answer));
  }

  void settle(const StoredAnswer* answer) {
    if (idempotencyKey_.empty()) return;
    if (answer != nullptr) parts_.ledger.remember(caller.tenant, idempotencyKey_, *answer);
    owner_.idempotency_.settle(caller.tenant, idempotencyKey_, answer);
  }

  void finish() {
    over_ = true;
    exchange_ = nullptr;
    owner_.ended(shared_from_this());
  }

  RunEndpoint& owner_;
  Parts& parts_;
  std::shared_ptr<Exchange> exchange_;  // until it is answered; a streamed one's goes to the feed
  RunRequest request_;
  std::string idempotencyKey_;
  std::string trace_;
  std::string bodyHash_;
  uint64_t bytesIn_;
  MonotonicTime begun_;
  MonotonicTime admitted_;
  MonotonicTime replied_;
  Tenants::Ticket ticket_;
  std::unique_ptr<Place> place_;
  uint64_t submitted_ = 0;
  std::string logs_;
  std::string schema_;
  bool cancelled_ = false;
  bool over_ = false;
};

RunEndpoint::RunEndpoint(Parts& parts) : parts_(parts), idempotency_(parts.loop, parts.ledger) { heartbeat(); }

RunEndpoint::~RunEndpoint() { parts_.loop.cancel(heartbeatTimer_); }

void RunEndpoint::heartbeat() {
  for (auto& [id, kept] : feeds_) kept.feed->heartbeat();
  heartbeatTimer_ = parts_.loop.at(monotonicNow() + kHeartbeat, [this] { heartbeat(); });
}

void RunEndpoint::run(const std::shared_ptr<Exchange>& exchange) {
  if (auto fine = checkJsonBody(exchange->head); !fine) return exchange->answer(fine.error());
  auto key = idempotencyKey(exchange->head);
  if (!key) return exchange->answer(key.error());
  auto request = parseRunDocument(exchange->body, parts_.defaults);
  if (!request) return exchange->answer(request.error());
  request->limits = loweredTo(request->limits, parts_.ceilings);
  request->endAtReply = true;
  if (key->empty()) return begin(exchange, std::move(*request), "");
  std::string hash = sha256Hex(exchange->body);
  auto claim = idempotency_.claim(exchange->caller.tenant, *key, hash, [this, exchange](const StoredAnswer* stored) {
    if (exchange->answered()) return;
    if (stored == nullptr) return run(exchange);
    exchange->answer(Answer::json(stored->body, stored->status).with("Idempotency-Replayed", "true"));
  });
  if (!claim) return exchange->answer(claim.error());
  if (*claim == Idempotency::Claim::kRun) begin(exchange, std::move(*request), *key);
}

void RunEndpoint::begin(const std::shared_ptr<Exchange>& exchange, RunRequest request, std::string idempotencyKey) {
  auto run = std::make_shared<ActiveRun>(*this, exchange, std::move(request), std::move(idempotencyKey));
  active_.emplace(run->id, run);
  if (run->feed != nullptr) feeds_.emplace(run->id, KeptFeed{run->caller.tenant, run->feed});
  run->start();
}

void RunEndpoint::ended(const std::shared_ptr<ActiveRun>& run) {
  active_.erase(run->id);
  if (run->feed == nullptr) return;
  run->feed->finish();
  parts_.loop.at(monotonicNow() + kFeedKept, [this, id = run->id] { feeds_.erase(id); });
}

void RunEndpoint::events(const std::shared_ptr<Exchange>& exchange) {
  auto after = lastEventId(exchange->head);
  if (!after) return exchange->answer(after.error());
  auto found = feeds_.find(exchange->route.id);
  if (found == feeds_.end() || found->second.tenant != exchange->caller.tenant) {
    return exchange->answer(Error{ErrorCode::kNotFound, "there is no streamed run " + exchange->route.id +
                                                            ", or it ended more than a minute ago"});
  }
  found->second.feed->subscribe(exchange, *after, exchange->route.id);
}

void RunEndpoint::cancel(const std::shared_ptr<Exchange>& exchange) {
  auto found = active_.find(exchange->route.id);
  if (found == active_.end() || found->second->caller.tenant != exchange->caller.tenant) {
    return exchange->answer(Error{ErrorCode::kNotFound, "there is no run " + exchange->route.id + " under way"});
  }
  auto run = found->second;
  exchange->answer(Answer::nothing());
  run->cancel();
}

void RunEndpoint::cancelAll() {
  auto all = active_;
  for (auto& [id, run] : all) run->cancel();
}

}  // namespace mayfly::api
