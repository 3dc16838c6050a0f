// SPDX-License-Identifier: Apache-2.0
#include "guest/log_record.h"

#include "guest/clock_platform.h"
#include "wire/serve_protocol.h"

namespace mayfly::guest {

void emitLog(v8::Isolate* isolate, uint64_t stream, wire::LogLevel level, uint32_t line, std::string argsJson) {
  GuestState& state = stateOf(isolate);
  auto found = state.streamLogs.find(stream);
  // A call that has been answered has no stream any more.
  if (found == state.streamLogs.end()) stream = 0;
  LogBudget& budget = stream == 0 ? state.log : found->second;
  if (budget.refill > 0 && std::chrono::steady_clock::now() - budget.since >= wire::kLogWindow) {
    budget = {.bytesLeft = budget.refill, .refill = budget.refill, .since = std::chrono::steady_clock::now()};
  }
  if (budget.truncated) return;
  wire::LogRecord record;
  record.level = level;
  record.line = line;
  record.millis = state.clock->millis();
  if (argsJson.size() > budget.bytesLeft) {
    budget.truncated = true;
    record.truncated = true;
    record.level = wire::LogLevel::kWarn;
    argsJson = R"(["[log limit reached: further output is dropped]"])";
  } else {
    budget.bytesLeft -= argsJson.size();
  }
  record.argsJson = std::move(argsJson);
  state.channel->send(wire::FrameType::kLog, wire::encodeLog(record), stream);
}

}  // namespace mayfly::guest
