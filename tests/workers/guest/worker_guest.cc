// SPDX-License-Identifier: Apache-2.0
#include "worker_guest.h"

#include <algorithm>

#include "base/clock.h"

namespace mayfly::workers {
namespace {

template <typename T>
std::optional<T> decoded(Result<T> result, std::string& violation) {
  if (result) return std::move(result).value();
  violation = result.error().message;
  return std::nullopt;
}

}  // namespace

std::string StreamRecord::problem() const {
  if (!failure) return reset ? "reset: " + *reset : "";
  std::string text(errorInfo(failure->code).code);
  if (!failure->name.empty()) text += " " + failure->name;
  return text + ": " + failure->message;
}

std::string StreamRecord::header(const std::string& name) const {
  for (const wire::Header& each : head->headers) {
    if (each.name == name) return each.value;
  }
  return "";
}

WorkerGuest::WorkerGuest(abuse::Sandbox& sandbox, std::unique_ptr<Guest> guest)
    : sandbox_(sandbox), guest_(std::move(guest)) {
  guest_->attach(this, wire::kMaxJobPayload);
}

void WorkerGuest::send(wire::FrameType type, std::string_view payload, uint64_t stream) {
  guest_->send(wire::encodeFrame(type, payload, stream));
}

uint64_t WorkerGuest::begin(const wire::Call& call) {
  uint64_t stream = nextStream();
  send(wire::FrameType::kCall, wire::encodeCall(call), stream);
  return stream;
}

uint64_t WorkerGuest::begin(const wire::FetchRequest& request) {
  uint64_t stream = nextStream();
  send(wire::FrameType::kFetch, wire::encodeFetch(request), stream);
  return stream;
}

StreamRecord& WorkerGuest::call(const wire::Call& call) {
  StreamRecord& record = stream(begin(call));
  EXPECT_TRUE(until([&] { return record.answered(); })) << violation;
  return record;
}

StreamRecord& WorkerGuest::call(const std::string& inputJson, const std::string& method,
                                const std::string& entrypoint) {
  wire::Call what;
  what.inputJson = inputJson;
  what.method = method;
  what.entrypoint = entrypoint;
  what.startMillis = wallClockMillis();
  what.outputBytes = 1U << 20U;
  return call(what);
}

StreamRecord& WorkerGuest::fetch(const std::string& url, const std::string& method) {
  StreamRecord& record = stream(begin(requestOf(method, url)));
  EXPECT_TRUE(until([&] {
    return record.failure || record.reset || (record.head && (!record.head->hasBody || record.ended));
  })) << violation;
  return record;
}

bool WorkerGuest::until(const std::function<bool()>& done, std::chrono::milliseconds patience) {
  return sandbox_.turnUntil([&] { return done() || exit || !violation.empty(); }, patience) && done();
}

void WorkerGuest::onFrame(const wire::Frame& frame) {
  record(frame);
  if (frame.header.stream != 0 && onStreamFrame) onStreamFrame(frame);
}

void WorkerGuest::record(const wire::Frame& frame) {
  StreamRecord& on = streams_[frame.header.stream];
  switch (static_cast<wire::FrameType>(frame.header.type)) {
    case wire::FrameType::kLoaded:
      loaded = decoded(wire::decodeLoaded(frame.payload), violation);
      return;
    case wire::FrameType::kLog:
      if (auto log = decoded(wire::decodeLog(frame.payload), violation)) {
        on.logs.push_back(std::string(wire::logLevelName(log->level)) + " " + log->argsJson);
      }
      return;
    case wire::FrameType::kResult:
      if (on.answered()) violation = "a second answer";
      if (auto result = decoded(wire::decodeResult(frame.payload), violation)) {
        on.result = result->defined ? result->json : "undefined";
      }
      return;
    case wire::FrameType::kFailure:
      if (on.answered()) violation = "a second answer";
      (frame.header.stream == 0 ? failure : on.failure) = decoded(wire::decodeFailure(frame.payload), violation);
      return;
    case wire::FrameType::kHead:
      on.head = decoded(wire::decodeHead(frame.payload), violation);
      return;
    case wire::FrameType::kChunk:
      if (frame.payload.size() > wire::kMaxChunk) violation = "a chunk that is too large";
      on.body += frame.payload;
      ++on.chunks;
      return;
    case wire::FrameType::kEnd:
      on.ended = true;
      return;
    case wire::FrameType::kText:
      on.texts.emplace_back(frame.payload);
      return;
    case wire::FrameType::kBinary:
      on.binaries.emplace_back(frame.payload);
      return;
    case wire::FrameType::kClose:
      on.close = decoded(wire::decodeClose(frame.payload), violation);
      return;
    case wire::FrameType::kReset:
      on.reset = decoded(wire::decodeReset(frame.payload), violation);
      return;
    case wire::FrameType::kOpen:
      on.open = decoded(wire::decodeOpen(frame.payload), violation);
      return;
    case wire::FrameType::kCredit:
      on.granted += decoded(wire::decodeCredit(frame.payload), violation).value_or(0);
      return;
    default:
      violation = "a frame of type " + std::to_string(frame.header.type);
  }
}

wire::Call callOf(const CallParts& parts) {
  return {parts.entrypoint, parts.method,      parts.inputJson,  parts.argumentsJson,
          parts.propsJson,  parts.startMillis, parts.outputBytes};
}

wire::FetchRequest requestOf(const std::string& method, const std::string& url, bool hasBody) {
  wire::FetchRequest request;
  request.method = method;
  request.url = url;
  request.hasBody = hasBody;
  request.startMillis = wallClockMillis();
  return request;
}

wire::Job serveJob(const std::string& source) {
  wire::Job job;
  job.modules.push_back({.name = "worker.js", .kind = wire::ModuleKind::kJavaScript, .source = source});
  job.serve = true;
  job.startMillis = wallClockMillis();
  job.outputBytes = 1U << 20U;
  job.logBytes = 4096;
  return job;
}

void WorkerGuestTest::TearDown() {
  for (auto& worker : workers_) {
    EXPECT_EQ(worker->violation, "");
    if (!worker->exit) {
      worker->guest().kill();
      EXPECT_TRUE(worker->until([&] { return worker->exit.has_value(); }));
    }
  }
  workers_.clear();
  SandboxTest::TearDown();
}

WorkerGuest& WorkerGuestTest::load(const wire::Job& job, bool wait, const wire::GuestLimits& limits) {
  WorkerGuest* worker = nullptr;
  sandbox().scheduler().zygotes().acquire(limits, [&](Result<std::unique_ptr<Guest>> guest, bool) {
    MAYFLY_CHECK(guest.ok());
    workers_.push_back(std::make_unique<WorkerGuest>(sandbox(), std::move(guest).value()));
    worker = workers_.back().get();
  });
  MAYFLY_CHECK(sandbox().turnUntil([&] { return worker != nullptr; }));
  worker->send(wire::FrameType::kJob, wire::encodeJob(job));
  if (wait) {
    EXPECT_TRUE(worker->until([&] { return worker->loaded || worker->failure; }));
  }
  return *worker;
}

}  // namespace mayfly::workers
