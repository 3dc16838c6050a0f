// SPDX-License-Identifier: Apache-2.0
#include "api/service.h"

#include <utility>

#include "api/ledger_endpoint.h"
#include "api/request_checks.h"
#include "base/json_text.h"

namespace mayfly::api {
namespace {

bool isPublic(Endpoint endpoint) { return endpoint == Endpoint::kHealth || endpoint == Endpoint::kOptions; }

bool isNewWork(Endpoint endpoint) {
  return endpoint == Endpoint::kRun || endpoint == Endpoint::kWorkerLoad || endpoint == Endpoint::kWorkerGet ||
         endpoint == Endpoint::kWorkerCall || endpoint == Endpoint::kWorkerFetch || endpoint == Endpoint::kRpc;
}

BodyUse bodyUse(Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::kRun:
    case Endpoint::kWorkerLoad:
    case Endpoint::kWorkerGet:
    case Endpoint::kWorkerCall:
      return BodyUse::kWhole;
    case Endpoint::kWorkerFetch:
      return BodyUse::kPieces;
    default:
      return BodyUse::kNone;
  }
}

std::string layersJson(seal::LayerSet layers) {
  std::string out;
  {
    JsonObject object(out);
    for (const seal::LayerInfo& info : seal::layerTable()) {
      object.boolean(info.name, (layers & seal::bit(info.layer)) != 0);
    }
  }
  return out;
}

}  // namespace

Service::Service(Parts parts)
    : parts_(parts), born_(monotonicNow()), runs_(parts_), workers_(parts_), fetches_(parts_), rpc_(parts_) {
  registerGauges();
}

Service::~Service() = default;

void Service::setSurroundings(bool reachable, std::function<size_t()> connections) {
  reachable_ = reachable;
  connections_ = std::move(connections);
}

void Service::registerGauges() {
  Metrics& metrics = parts_.metrics;
  auto count = [this](auto member) {
    return [this, member] { return static_cast<double>(parts_.tenants.counts().*member); };
  };
  metrics.gauge("mayfly_places_taken", "Sandboxes that work now.", count(&Tenants::Counts::placesTaken));
  metrics.gauge("mayfly_requests_waiting", "Requests that wait for a place.", count(&Tenants::Counts::waiting));
  metrics.gauge("mayfly_tenants", "Tenants with processes of their own.", count(&Tenants::Counts::tenants));
  metrics.gauge("mayfly_runs", "Runs under way.", [this] { return static_cast<double>(runs_.running()); });
  metrics.gauge("mayfly_workers", "Warm workers of the default tenant.", [this] {
    Tenant& tenant = parts_.tenants.tenant(Caller{});
    return tenant.isRunning() ? static_cast<double>(tenant.workers().size()) : 0;
  });
  metrics.gauge("mayfly_rpc_connections", "Connections of RPC.",
                [this] { return static_cast<double>(rpc_.connections()); });
  metrics.gauge("mayfly_connections", "Open connections of clients.",
                [this] { return connections_ ? static_cast<double>(connections_()) : 0; });
  metrics.gauge("mayfly_uptime_seconds", "Time since the start.",
                [this] { return std::chrono::duration<double>(monotonicNow() - born_).count(); });
}

void Service::refused(const Error& error) {
  const ErrorInfo& info = errorInfo(error.code);
  parts_.metrics.request(static_cast<uint16_t>(info.http == 200 ? 500 : info.http));
}

void Service::refuse(Exchange& exchange, const Error& error) {
  Answer answer = Answer::error(error);
  if (!exchange.trace.empty()) answer.with("traceparent", exchange.trace);
  exchange.answer(std::move(answer));
  bool policy = error.code == ErrorCode::kForbidden || error.code == ErrorCode::kUnauthorized;
  if (!policy) return;
  std::string detail;
  JsonObject(detail).text("code", errorInfo(error.code).code).text("why", error.message);
  parts_.ledger.audit(
      {exchange.caller.tenant, exchange.caller.key, "refuse", exchange.route.id, detail, exchange.trace});
}

// Pages of browsers can send requests to loopback: they say where they come from, and which name they used.
Result<void> Service::checkPlace(const Exchange& exchange) {
  auto keys = parts_.ledger.hasKeys();
  if (!keys) return std::move(keys).error();
  if (*keys) return {};
  const RequestHead& head = exchange.head;
  if (!reachable_ && exchange.overTcp && !isLoopbackHost(head.header("Host"))) {
    return Error{ErrorCode::kForbidden,
                 "the header Host names another machine than this one; without keys only "
                 "localhost, 127.0.0.1 and [::1] are served"};
  }
  if (head.count("Origin") > 0 && !isOwnOrigin(head.header("Origin"), head.header("Host"))) {
    return Error{ErrorCode::kForbidden,
                 "without keys no requests of web pages are served; make a key with "
                 "`mayfly keys create` and ask from a server"};
  }
  return {};
}

Result<void> Service::admit(Exchange& exchange) {
  MAYFLY_TRY(checkPlace(exchange));
  if (isPublic(exchange.route.endpoint)) return {};
  auto key = presentedKey(exchange.head);
  if (!key) return std::move(key).error();
  auto caller = parts_.tenants.authenticate(*key, exchange.local);
  if (!caller) return std::move(caller).error();
  exchange.caller = std::move(caller).value();
  if (draining_ && isNewWork(exchange.route.endpoint)) {
    return Error{ErrorCode::kUnavailable, "the daemon is being stopped and takes no new work"};
  }
  return {};
}

BodyUse Service::accept(const std::shared_ptr<Exchange>& exchange) {
  exchange->trace = traceparent(exchange->head);
  exchange->onAnswered = [this](uint16_t status) { parts_.metrics.request(status); };
  Routed routed = findRoute(exchange->head.method, exchange->head.target);
  if (routed.ok()) exchange->route = routed.route();
  if (auto fine = admit(*exchange); !fine) {
    refuse(*exchange, fine.error());
    return BodyUse::kNone;
  }
  if (!routed.ok()) {
    Answer answer = Answer::error(routed.failure().error);
    if (!routed.failure().allow.empty()) answer.with("Allow", routed.failure().allow);
    exchange->answer(std::move(answer));
    return BodyUse::kNone;
  }
  return bodyUse(exchange->route.endpoint);
}

void Service::start(const std::shared_ptr<Exchange>& exchange) {
  switch (exchange->route.endpoint) {
    case Endpoint::kRun:
      return runs_.run(exchange);
    case Endpoint::kRunEvents:
      return runs_.events(exchange);
    case Endpoint::kRunCancel:
      return runs_.cancel(exchange);
    case Endpoint::kHealth:
      return health(*exchange);
    case Endpoint::kMetrics:
      return exchange->answer(Answer::text(parts_.metrics.text(), "text/plain; version=0.0.4; charset=utf-8"));
    case Endpoint::kOptions:
      return exchange->answer(Answer::nothing().with("Allow", exchange->route.allow));
    case Endpoint::kUsage:
      return exchange->answer(usageAnswer(parts_, *exchange));
    case Endpoint::kAudit:
      return exchange->answer(auditAnswer(parts_, *exchange));
    default:
      return startOfWorkers(exchange);
  }
}

void Service::startOfWorkers(const std::shared_ptr<Exchange>& exchange) {
  switch (exchange->route.endpoint) {
    case Endpoint::kWorkerLoad:
      return workers_.load(exchange);
    case Endpoint::kWorkerGet:
      return workers_.get(exchange);
    case Endpoint::kWorkerList:
      return workers_.list(*exchange);
    case Endpoint::kWorkerInspect:
      return workers_.inspect(*exchange);
    case Endpoint::kWorkerEvict:
      return workers_.evict(*exchange);
    case Endpoint::kWorkerPin:
      return workers_.pin(*exchange, true);
    case Endpoint::kWorkerUnpin:
      return workers_.pin(*exchange, false);
    case Endpoint::kWorkerCall:
      return workers_.call(exchange);
    case Endpoint::kWorkerFetch:
      return fetches_.fetch(exchange);
    default:
      return rpc_.accept(exchange);
  }
}

void Service::health(Exchange& exchange) {
  ZygotePool& zygotes = parts_.tenants.tenant(Caller{}).scheduler().zygotes();
  Zygote* zygote = zygotes.current();
  const auto& failure = zygotes.lastFailure();
  bool broken = zygote == nullptr && failure.has_value();
  std::string out;
  {
    JsonObject object(out);
    object.text("status", draining_ ? "draining" : zygote == nullptr ? "starting" : "ok");
    object.text("version", MAYFLY_VERSION);
    if (zygote != nullptr) {
      object.text("v8", zygote->v8Version()).raw("layers", layersJson(zygote->process().layers()));
    } else {
      object.text("v8", "").raw("layers", "{}");
    }
    if (broken) object.text("error", failure->message);
    object.integer("uptimeSeconds",
                   static_cast<uint64_t>(std::chrono::duration<double>(monotonicNow() - born_).count()));
  }
  exchange.answer(Answer::json(std::move(out), broken ? 503 : 200).with("Cache-Control", "no-store"));
}

void Service::cancelAll() {
  runs_.cancelAll();
  rpc_.closeAll();
}

}  // namespace mayfly::api
