// SPDX-License-Identifier: Apache-2.0
// The part of a worker that speaks: what callers begin and send, and what the guest answers.

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "scheduler/guest_words.h"
#include "scheduler/random_id.h"
#include "scheduler/verdict.h"
#include "workers/worker.h"

namespace mayfly {
namespace {

using wire::FrameType;
using What = StreamEvent::What;

constexpr size_t kMaxReason = 1000;

}  // namespace

// ---- what callers do ----

std::optional<RunError> Worker::whyNot() const {
  if (stopped_) return why_;
  if (streams_.full()) {
    return fromError(Error{ErrorCode::kBusy, "too many calls are under way in this worker at once"});
  }
  return std::nullopt;
}

Worker::StreamId Worker::refuse(Activity activity) {
  Ending ending{std::move(activity.callbacks), activity.listener, {}};
  ending.outcome.error = whyNot();
  ending.outcome.usage.limits = activity.limits;
  deliver(std::move(ending), Deliver::kLater);
  return 0;
}

Worker::StreamId Worker::begin(StreamId id, Activity activity, FrameType type, std::string_view payload) {
  account();
  ++calls_;
  lastUsed_ = monotonicNow();
  lastUsedMillis_ = static_cast<int64_t>(wallClockMillis());
  activity.share = meter_.begin();
  if (state_ == State::kWarm) cpu_.begin(activity.limits.cpu);  // otherwise when it is warm
  cpuPause_ = {};
  Activity& begun = activities_.emplace(id, std::move(activity)).first->second;
  startWallClock(id, begun);
  if (state_ == State::kWarm) watchCpu();
  if (type != FrameType{}) emit(id, type, payload);
  return id;
}

Worker::StreamId Worker::call(wire::Call call, const Limits& limits, CallCallbacks callbacks) {
  Activity activity{.kind = StreamKind::kCall, .limits = limits, .callbacks = std::move(callbacks)};
  if (whyNot()) return refuse(std::move(activity));
  call.outputBytes = limits.outputBytes;
  if (limits.outputBytes > maxPayload_) admit(limits.outputBytes);
  return begin(streams_.openCall(), std::move(activity), FrameType::kCall, wire::encodeCall(call));
}

Worker::StreamId Worker::fetch(const wire::FetchRequest& request, const Limits& limits, StreamListener& listener) {
  Activity activity{.kind = StreamKind::kFetch, .limits = limits, .listener = &listener};
  if (whyNot()) return refuse(std::move(activity));
  StreamId id = streams_.openFetch(request.hasBody, request.webSocket);
  return begin(id, std::move(activity), FrameType::kFetch, wire::encodeFetch(request));
}

Worker::StreamId Worker::session(StreamListener& listener) {
  Activity activity{.kind = StreamKind::kSession, .limits = code_.program.limits, .listener = &listener};
  if (whyNot()) return refuse(std::move(activity));
  if (code_.isBound() && !std::exchange(firstSessionTaken_, true)) {
    return begin(wire::kFirstSession, std::move(activity), FrameType{}, {});
  }
  return begin(streams_.openSession(), std::move(activity), FrameType::kSession, {});
}

void Worker::emit(StreamId stream, FrameType type, std::string_view payload) {
  bool first = stream == wire::kFirstSession;
  std::string frame = wire::encodeFrame(type, payload, stream);
  if (guest_ != nullptr && (first ? jobSent_ : state_ == State::kWarm)) {
    guest_->send(frame);
  } else if (!stopped_) {
    (first ? queuedFirst_ : queued_) += frame;
  }
}

void Worker::send(StreamId stream, FrameType type, std::string_view payload) {
  auto found = activities_.find(stream);
  if (found == activities_.end() || stopped_) return;
  switch (streams_.onSend(stream, type, payload)) {
    case StreamTable::Sending::kPointless:
      return;
    case StreamTable::Sending::kOverdraft:
      streams_.forget(stream);
      emit(stream, FrameType::kReset, "bytes without credit");
      return finish(stream,
                    fromError(Error{ErrorCode::kProtocol, "more was sent to the worker than it gave credit for"}),
                    Deliver::kLater);
    case StreamTable::Sending::kOver:
      emit(stream, type, payload);
      return finish(stream, std::nullopt, Deliver::kLater);
    case StreamTable::Sending::kFine:
      emit(stream, type, payload);
  }
  if (type != FrameType::kText && type != FrameType::kBinary) return;
  account();
  cpu_.refill(found->second.limits.cpu);
  cpuPause_ = {};
  watchCpu();
}

void Worker::reset(StreamId stream, std::string_view reason) {
  if (!activities_.contains(stream) || stopped_) return;
  streams_.forget(stream);
  emit(stream, FrameType::kReset, utf8Prefix(reason, kMaxReason));
  finish(stream, fromError(Error{ErrorCode::kCancelled, std::string(reason)}), Deliver::kLater);
}

void Worker::acceptChild(StreamId child, StreamListener& listener, std::string_view json) {
  Activity activity{.kind = StreamKind::kChild, .limits = code_.program.limits, .listener = &listener};
  begin(child, std::move(activity), FrameType::kOpened, json);
}

void Worker::refuseChild(StreamId child, const Error& why) {
  streams_.forget(child);
  std::string text = std::string(errorInfo(why.code).code) + " " + why.message;
  emit(child, FrameType::kReset, utf8Prefix(text, kMaxReason));
}

// ---- what the guest says ----

void Worker::onFrame(const wire::Frame& frame) {
  if (stopped_) return;
  guarded([&] {
    // While it starts it has been sent nothing yet that it could answer, but may use what it was given.
    uint64_t stream = frame.header.stream;
    if (state_ == State::kStarting && stream > wire::kFirstSession && stream % 2 == 0) {
      return onProtocolError(Error{ErrorCode::kProtocol, "a guest answered what it had not been asked yet"});
    }
    auto event = streams_.onFrame(frame);
    if (!event) return onProtocolError(event.error());
    onEvent(event.value());
  });
}

void Worker::onEvent(StreamEvent& event) {
  switch (event.what) {
    case What::kNothing:
      return;
    case What::kLoaded:
      return onLoaded(event.payload);
    case What::kLog:
      return onLog(event.stream, event.payload);
    case What::kFailure:
      return event.stream == 0 ? onStartFailure(event.payload) : onFailure(event);
    case What::kOpen:
      return onOpen(event);
    default:
      break;
  }
  auto found = activities_.find(event.stream);
  if (found == activities_.end()) return;  // the first session of a worker whose loader did not ask for it
  if (event.what == What::kResult) return onResult(found->second, event);
  toListener(found->second, event);
  if (!event.over) return;
  std::optional<RunError> error;
  if (event.what == What::kReset) {
    error = fromError(Error{ErrorCode::kException, "the worker ended the stream: " + event.reason});
  }
  finish(event.stream, std::move(error), Deliver::kNow);
}

void Worker::toListener(Activity& activity, const StreamEvent& event) {
  StreamListener* listener = activity.listener;
  if (listener == nullptr) return;
  switch (event.what) {
    case What::kHead:
      if (event.head.webSocket) loop_.cancel(activity.wallTimer);
      return listener->onHead(event.head);
    case What::kChunk:
      return listener->onChunk(event.payload);
    case What::kEnd:
      return listener->onEnd();
    case What::kText:
      return listener->onText(event.payload);
    case What::kBinary:
      return listener->onBinary(event.payload);
    case What::kCredit:
      return listener->onCredit(event.credit);
    case What::kClose:
      return listener->onClose(event.close);
    default:
      return;
  }
}

void Worker::onLog(StreamId stream, std::string_view payload) {
  auto log = readLog(payload);
  if (!log) return onProtocolError(log.error());
  // The line is one of the compiled source; a wrong one is worse than none.
  if (preparation_.program().movedPositions()) log->line = 0;
  auto found = activities_.find(stream);
  if (found == activities_.end()) {
    // One that ignores its limit is not passed on: the calls under way have nothing to do with it.
    if (!countLog(looseLogs_, *log, true)) return;
    auto loader = activities_.find(wire::kFirstSession);
    if (loader != activities_.end()) return loader->second.listener->onLog(*log);
    if (events_.onLog) events_.onLog(*this, *log);
    return;
  }
  Activity& activity = found->second;
  activity.usage.logBytes += log->argsJson.size();
  activity.logsTruncated = activity.logsTruncated || log->truncated;
  if (!countLog(activity.logs, *log, activity.kind == StreamKind::kSession || activity.kind == StreamKind::kChild)) {
    RunError error =
        limitError(ErrorCode::kLogs, "logBytes", "the worker went on logging past its limit and was killed");
    return stop(error, error);
  }
  if (activity.callbacks.onLog) return activity.callbacks.onLog(*log);
  if (activity.listener != nullptr) activity.listener->onLog(*log);
}

// Windows of the guest and ours do not begin at the same time, so one of ours may have what two of its own may.
bool Worker::countLog(LogCount& count, const wire::LogRecord& log, bool inWindows) const {
  uint64_t most = code_.program.limits.logBytes + kTruncationNotice;
  if (inWindows) {
    most *= 2;
    MonotonicTime now = monotonicNow();
    if (now - count.since >= wire::kLogWindow) count = {.bytes = 0, .since = now};
  }
  count.bytes += log.argsJson.size();
  return count.bytes <= most;
}

void Worker::onResult(Activity& activity, const StreamEvent& event) {
  auto result = readResult(event.payload, activity.limits.outputBytes);
  if (!result) return onProtocolError(result.error());
  activity.usage.outputBytes = result->value.json.size();
  std::optional<std::string> json;
  if (result->value.defined && !result->error) json = std::move(result->value.json);
  finish(event.stream, std::move(result->error), Deliver::kNow, std::move(json));
}

void Worker::onFailure(const StreamEvent& event) {
  auto error = readFailure(event.payload);
  if (!error) return onProtocolError(error.error());
  if (error->code == ErrorCode::kCpu) {
    return onProtocolError(Error{ErrorCode::kProtocol, "a guest claimed a CPU limit, which is not its to watch"});
  }
  auto found = activities_.find(event.stream);
  if (found == activities_.end()) return;
  refineLimitError(error.value(), found->second.limits);
  finish(event.stream, std::move(error).value(), Deliver::kNow);
}

void Worker::onOpen(StreamEvent& event) {
  const auto& loaders = code_.loaders;
  if (std::find(loaders.begin(), loaders.end(), event.open.binding) == loaders.end()) {
    return onProtocolError(Error{ErrorCode::kProtocol, "a guest asked for a child without a grant"});
  }
  if (streams_.size() > wire::kMaxStreams) {
    return refuseChild(event.stream, Error{ErrorCode::kLimit, "too many streams are open in this worker at once"});
  }
  if (!events_.onOpen) return refuseChild(event.stream, Error{ErrorCode::kDenied, "children cannot be loaded here"});
  events_.onOpen(*this, event.stream, std::move(event.open));
}

// ---- how a stream ends ----

void Worker::finish(StreamId id, std::optional<RunError> error, Deliver when, std::optional<std::string> resultJson) {
  auto found = activities_.find(id);
  if (found == activities_.end()) return;
  account();
  Activity activity = std::move(found->second);
  activities_.erase(found);
  loop_.cancel(activity.wallTimer);
  if (state_ == State::kWarm) cpu_.end(activity.limits.cpu);
  lastUsed_ = monotonicNow();
  lastUsedMillis_ = static_cast<int64_t>(wallClockMillis());
  Ending ending = endingOf(activity);
  ending.outcome.resultJson = std::move(resultJson);
  bool hasPlace = error.has_value() && !error->frames.empty();
  ending.outcome.error = std::move(error);
  if (hasPlace) return locate(std::move(ending), when);
  deliver(std::move(ending), when);
}

void Worker::locate(Ending ending, Deliver when) {
  uint64_t id = ++lastLocated_;
  RunError error = *ending.outcome.error;
  locating_.emplace(id, std::move(ending));
  location_.locate(std::move(error), [this, id, when](RunError located) {
    auto found = locating_.find(id);
    if (found == locating_.end()) return;
    Ending ready = std::move(found->second);
    locating_.erase(found);
    ready.outcome.error = std::move(located);
    guarded([&] { deliver(std::move(ready), when); });
  });
}

void Worker::deliver(Ending ending, Deliver when) {
  if (when == Deliver::kNow) return ending.deliver();
  loop_.later([ending = std::make_shared<Ending>(std::move(ending))] { ending->deliver(); });
}

void Worker::Ending::deliver() {
  if (outcome.id.empty()) outcome.id = randomId("call_");
  if (listener != nullptr) return listener->onDone(outcome.error, outcome.usage);
  if (callbacks.onDone) callbacks.onDone(std::move(outcome));
}

}  // namespace mayfly
