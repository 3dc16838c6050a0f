// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the endpoints share, and how what a caller's programs used and did gets into the ledger.

#include <string>
#include <string_view>

#include "api/answer.h"
#include "api/metrics.h"
#include "base/event_loop.h"
#include "ledger/ledger.h"
#include "scheduler/outcome.h"
#include "tenants/tenants.h"

namespace mayfly::api {

// All of it outlives the endpoints.
struct Parts {
  EventLoop& loop;
  Tenants& tenants;
  Ledger& ledger;
  Metrics& metrics;
  Limits defaults;
  Limits ceilings;
};

// Limits above the operator's are lowered to them.
Limits loweredTo(Limits limits, const Limits& ceilings);

// Who did what: one run, call, fetch or session.
struct Account {
  Caller caller;
  std::string_view kind;  // "run", "call", "fetch", "session"
  std::string id;         // the run's or worker's
  std::string trace;
  uint64_t bytesIn = 0;
};

// Usage, audit record and metrics of something that has ended. Parts::ledger tells when it is stored.
void recordEnd(Parts& parts, const Account& account, const Usage& usage, const std::optional<RunError>& error,
               uint64_t bytesOut);

// The outcome's document, or, when the failure is ours, an error of HTTP.
Answer outcomeAnswer(const Outcome& outcome, std::string document);
bool isOurFault(const std::optional<RunError>& error);

// A refusal, with Retry-After where the caller should come back; recorded when it was a matter of places or quotas.
Answer refusal(Parts& parts, const Account& account, const Error& error);

}  // namespace mayfly::api
