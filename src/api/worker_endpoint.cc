// SPDX-License-Identifier: Apache-2.0
#include "api/worker_endpoint.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "api/request_checks.h"
#include "api/schema_check.h"
#include "base/json_text.h"
#include "base/timestamp.h"
#include "scheduler/json_members.h"
#include "scheduler/program_members.h"
#include "scheduler/run_document.h"

namespace mayfly::api {
namespace {

constexpr uint16_t kCreated = 201;

std::string_view stateName(Worker::State state) {
  switch (state) {
    case Worker::State::kStarting:
      return "starting";
    case Worker::State::kWarm:
      return "warm";
    case Worker::State::kEnded:
      break;
  }
  return "failed";
}

std::string entrypointsJson(const std::vector<wire::EntrypointInfo>& entrypoints) {
  std::string out = "[";
  for (const wire::EntrypointInfo& entrypoint : entrypoints) {
    std::string methods = "[";
    for (const std::string& method : entrypoint.methods)
      methods += (methods.size() > 1 ? "," : "") + jsonString(method);
    if (out.size() > 1) out += ',';
    JsonObject(out).text("name", entrypoint.name).raw("methods", methods + "]");
  }
  return out + "]";
}

// {"ifWarm": true}, and nothing else.
bool asksIfWarm(const std::string& body) {
  auto members = openDocument(body);
  return members.ok() && members->size() == 1 && members->front().name == "ifWarm" && members->front().value == "true";
}

// One call, from the place that it got to its stored answer.
class ActiveCall : public std::enable_shared_from_this<ActiveCall> {
 public:
  ActiveCall(Parts& parts, std::shared_ptr<Exchange> exchange, std::shared_ptr<Place> place,
             std::shared_ptr<Worker> worker, RunRequest request)
      : parts_(parts),
        exchange_(std::move(exchange)),
        place_(std::move(place)),
        worker_(std::move(worker)),
        request_(std::move(request)),
        account_{exchange_->caller, "call", exchange_->route.id, exchange_->trace, exchange_->body.size()} {}

  void start() {
    checkSchema(place_->tenant().scheduler(), request_.outputSchemaJson,
                [self = shared_from_this()](Result<void> fine) {
                  if (!fine) return self->exchange_->answer(refusal(self->parts_, self->account_, fine.error()));
                  self->send();
                });
  }

 private:
  void send() {
    wire::Call call;
    call.entrypoint = request_.entrypoint;
    call.method = request_.method;
    call.inputJson = request_.inputJson;
    call.argumentsJson = request_.argumentsJson;
    call.propsJson = request_.propsJson;
    call.startMillis = wallClockMillis();
    Worker::CallCallbacks callbacks;
    callbacks.onLog = [self = shared_from_this()](const wire::LogRecord& log) {
      self->logs_ += (self->logs_.empty() ? "" : ",") + logJson(log);
    };
    callbacks.onDone = [self = shared_from_this()](Outcome outcome) { self->onOutcome(std::move(outcome)); };
    stream_ = worker_->call(std::move(call), request_.limits, std::move(callbacks));
    exchange_->onGone = [self = shared_from_this()] { self->worker_->reset(self->stream_, "the client has gone"); };
  }

  void onOutcome(Outcome outcome) {
    applySchema(place_->tenant().scheduler(), request_.outputSchemaJson, std::move(outcome),
                [self = shared_from_this()](Outcome checked) { self->onDone(std::move(checked)); });
  }

  void onDone(Outcome outcome) {
    std::string document = outcomeJson(outcome, "[" + logs_ + "]", false);
    recordEnd(parts_, account_, outcome.usage, outcome.error, document.size());
    place_->used(outcome.usage);
    place_.reset();
    Answer answer = outcomeAnswer(outcome, std::move(document));
    if (!account_.trace.empty()) answer.with("traceparent", account_.trace);
    parts_.ledger.whenStored(
        [self = shared_from_this(), answer = std::move(answer)](const Result<void>& stored) mutable {
          if (!stored) {
            Error error = Error(stored.error()).within("the call took place, but its record could not be stored");
            return self->exchange_->answer(error);
          }
          self->exchange_->answer(std::move(answer));
        });
  }

  Parts& parts_;
  std::shared_ptr<Exchange> exchange_;
  std::shared_ptr<Place> place_;
  std::shared_ptr<Worker> worker_;
  RunRequest request_;
  Account account_;
  Worker::StreamId stream_ = 0;
  std::string logs_;
};

}  // namespace

std::string describe(const WorkerTable::Entry& entry) {
  Worker::Status status = entry.worker->status();
  std::string out;
  {
    JsonObject object(out);
    object.text("id", entry.id).text("hash", entry.worker->code().hash).text("state", stateName(status.state));
    object.boolean("pinned", entry.pinned).raw("entrypoints", entrypointsJson(status.entrypoints));
    object.integer("inFlight", status.inFlight).integer("calls", status.calls);
    object.integer("memoryBytes", status.memoryBytes).number("cpuMs", static_cast<double>(status.cpuNanos) / 1e6);
    object.text("createdAt", timestampText(status.createdMillis))
        .text("lastUsedAt", timestampText(status.lastUsedMillis));
    if (status.error) object.raw("error", errorJson(*status.error));
  }
  return out;
}

void admitted(Parts& parts, const std::shared_ptr<Exchange>& exchange,
              std::function<void(std::shared_ptr<Place>)> goOn) {
  // The exchange drops its callbacks when it ends, and so the ticket.
  auto ticket = std::make_shared<Tenants::Ticket>();
  exchange->onGone = [ticket] { ticket->reset(); };
  *ticket = parts.tenants.admit(exchange->caller, [&parts, weak = std::weak_ptr(exchange), exchange,
                                                   goOn = std::move(goOn)](Result<std::unique_ptr<Place>> place) {
    exchange->onGone = nullptr;
    if (exchange->answered()) return;
    if (place) return goOn(std::shared_ptr<Place>(std::move(place).value()));
    Account account{exchange->caller, "call", exchange->route.id, exchange->trace, 0};
    exchange->answer(refusal(parts, account, place.error()));
  });
}

void WorkerEndpoint::load(const std::shared_ptr<Exchange>& exchange) {
  if (auto fine = checkJsonBody(exchange->head); !fine) return exchange->answer(fine.error());
  auto code = parseWorkerDocument(exchange->body, parts_.defaults, parts_.ceilings, Bindings::kRefused);
  if (!code) return exchange->answer(code.error());
  auto kept = std::make_shared<WorkerCode>(std::move(code).value());
  admitted(parts_, exchange, [exchange, kept](const std::shared_ptr<Place>& place) {
    auto entry = place->tenant().workers().load(std::move(*kept), 0);
    if (!entry) return exchange->answer(entry.error());
    // The place is taken until it has started.
    entry->worker->whenStarted([exchange, place, entry = *entry] {
      Worker::Status status = entry.worker->status();
      if (status.state == Worker::State::kWarm) return exchange->answer(Answer::json(describe(entry), kCreated));
      RunError error = status.error.value_or(RunError{.code = ErrorCode::kCancelled,
                                                      .limit = "",
                                                      .name = "",
                                                      .message = "it was evicted while it started",
                                                      .hint = "",
                                                      .detailJson = "",
                                                      .frames = {},
                                                      .codeFrame = "",
                                                      .causes = {}});
      Answer answer = Answer::json("{\"error\":" + errorJson(error) + "}", 422);
      if (isOurFault(error)) answer.status = static_cast<uint16_t>(errorInfo(error.code).http);
      exchange->answer(std::move(answer).with("Mayfly-Error", std::string(errorInfo(error.code).code)));
    });
  });
}

void WorkerEndpoint::get(const std::shared_ptr<Exchange>& exchange) {
  if (auto fine = checkJsonBody(exchange->head); !fine) return exchange->answer(fine.error());
  const std::string& id = exchange->route.id;
  if (asksIfWarm(exchange->body)) {
    Tenant& tenant = parts_.tenants.tenant(exchange->caller);
    Error missing{ErrorCode::kNotFound, "no worker " + id + " is warm; send its code"};
    if (!tenant.isRunning()) return exchange->answer(missing);
    auto entry = tenant.workers().find(id, "", 0);
    if (!entry) return exchange->answer(missing);
    return exchange->answer(Answer::json(describe(*entry)));
  }
  auto code = parseWorkerDocument(exchange->body, parts_.defaults, parts_.ceilings, Bindings::kRefused);
  if (!code) return exchange->answer(code.error());
  auto kept = std::make_shared<WorkerCode>(std::move(code).value());
  admitted(parts_, exchange, [exchange, kept](const std::shared_ptr<Place>& place) {
    auto entry = place->tenant().workers().get(exchange->route.id, std::move(*kept), 0);
    if (!entry) return exchange->answer(entry.error());
    exchange->answer(Answer::json(describe(*entry), entry->fresh ? kCreated : uint16_t{200}));
  });
}

void WorkerEndpoint::list(Exchange& exchange) {
  Tenant& tenant = parts_.tenants.tenant(exchange.caller);
  std::vector<WorkerTable::Entry> entries;
  if (tenant.isRunning()) entries = tenant.workers().list();
  std::string out = "{\"workers\":[";
  for (const WorkerTable::Entry& entry : entries) out += (&entry == entries.data() ? "" : ",") + describe(entry);
  exchange.answer(Answer::json(out + "]}"));
}

void WorkerEndpoint::inspect(Exchange& exchange) {
  Tenant& tenant = parts_.tenants.tenant(exchange.caller);
  std::vector<WorkerTable::Entry> entries;
  if (tenant.isRunning()) entries = tenant.workers().list();
  // Looking is no use: find() would make a worker that failed again.
  auto found = std::find_if(entries.begin(), entries.end(),
                            [&](const WorkerTable::Entry& entry) { return entry.id == exchange.route.id; });
  if (found == entries.end()) {
    return exchange.answer(Error{ErrorCode::kNotFound, "there is no worker " + exchange.route.id});
  }
  exchange.answer(Answer::json(describe(*found)));
}

void WorkerEndpoint::evict(Exchange& exchange) {
  Tenant& tenant = parts_.tenants.tenant(exchange.caller);
  Result<void> done = Error{ErrorCode::kNotFound, "there is no worker " + exchange.route.id};
  if (tenant.isRunning()) done = tenant.workers().evict(exchange.route.id);
  if (!done) return exchange.answer(done.error());
  exchange.answer(Answer::nothing());
}

void WorkerEndpoint::pin(Exchange& exchange, bool pinned) {
  Tenant& tenant = parts_.tenants.tenant(exchange.caller);
  Result<void> done = Error{ErrorCode::kNotFound, "there is no worker " + exchange.route.id};
  if (tenant.isRunning()) done = tenant.workers().pin(exchange.route.id, pinned);
  if (!done) return exchange.answer(done.error());
  exchange.answer(Answer::nothing());
}

void WorkerEndpoint::call(const std::shared_ptr<Exchange>& exchange) {
  if (auto fine = checkJsonBody(exchange->head); !fine) return exchange->answer(fine.error());
  // What is wrong with the call itself is told without a place and whether or not there is such a worker.
  if (auto fine = parseCallDocument(exchange->body, parts_.defaults); !fine) return exchange->answer(fine.error());
  admitted(parts_, exchange, [this, exchange](std::shared_ptr<Place> place) {
    auto entry = place->tenant().workers().find(exchange->route.id, "", 0);
    if (!entry) return exchange->answer(entry.error());
    auto request = parseCallDocument(exchange->body, entry->worker->code().program.limits);
    request->limits = loweredTo(request->limits, parts_.ceilings);
    std::make_shared<ActiveCall>(parts_, exchange, std::move(place), entry->worker, std::move(*request))->start();
  });
}

}  // namespace mayfly::api
