// SPDX-License-Identifier: Apache-2.0
#include "workers/stream_table.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/utf8.h"

namespace mayfly {
namespace {

using wire::FrameType;
using What = StreamEvent::What;

Error violation(const char* how) { return Error{ErrorCode::kProtocol, std::string("a guest sent ") + how}; }

// A guest that gives credit without end gains nothing by it; the sum must not overflow.
constexpr int64_t kMostCredit = int64_t{1} << 62U;

bool isOfGuest(uint64_t stream) { return stream % 2 == 1; }

}  // namespace

void StreamTable::openFirstSession() {
  firstSession_ = true;
  streams_.emplace(wire::kFirstSession, Stream{.kind = StreamKind::kSession});
}

uint64_t StreamTable::open(Stream stream) {
  uint64_t id = std::exchange(nextOfDaemon_, nextOfDaemon_ + 2);
  streams_.emplace(id, stream);
  return id;
}

uint64_t StreamTable::openFetch(bool hasBody, bool offersWebSocket) {
  return open({.kind = StreamKind::kFetch, .offersWebSocket = offersWebSocket, .daemonDone = !hasBody});
}

bool StreamTable::hasEnded(uint64_t stream) const {
  if (isOfGuest(stream)) return stream <= lastOfGuest_;
  return stream == wire::kFirstSession ? firstSession_ : stream < nextOfDaemon_;
}

Result<StreamEvent> StreamTable::onFrame(const wire::Frame& frame) {
  uint64_t id = frame.header.stream;
  if (id == 0) return ofWorker(frame);
  if (static_cast<FrameType>(frame.header.type) == FrameType::kOpen) return opened(frame);
  auto found = streams_.find(id);
  if (found == streams_.end()) {
    if (!hasEnded(id)) return violation("a frame of a stream that never was");
    StreamEvent late;
    late.stream = id;
    late.payload = frame.payload;
    if (static_cast<FrameType>(frame.header.type) == FrameType::kLog) late.what = What::kLog;
    return late;
  }
  StreamEvent event;
  event.stream = id;
  MAYFLY_TRY(read(found->second, frame, event));
  if (event.over) streams_.erase(found);
  return event;
}

Result<StreamEvent> StreamTable::ofWorker(const wire::Frame& frame) {
  StreamEvent event;
  event.payload = frame.payload;
  switch (static_cast<FrameType>(frame.header.type)) {
    case FrameType::kLoaded:
      event.what = What::kLoaded;
      return event;
    case FrameType::kLog:
      event.what = What::kLog;
      return event;
    case FrameType::kFailure:
      event.what = What::kFailure;
      return event;
    default:
      return violation("a frame without a stream that needs one");
  }
}

Result<StreamEvent> StreamTable::opened(const wire::Frame& frame) {
  uint64_t id = frame.header.stream;
  if (!isOfGuest(id) || id <= lastOfGuest_) return violation("a new stream under a number that is not new");
  auto open = wire::decodeOpen(frame.payload);
  if (!open) return std::move(open).error();
  lastOfGuest_ = id;
  streams_.emplace(id, Stream{.kind = StreamKind::kChild});
  StreamEvent event;
  event.what = What::kOpen;
  event.stream = id;
  event.open = std::move(open).value();
  return event;
}

Result<void> StreamTable::read(Stream& stream, const wire::Frame& frame, StreamEvent& event) {
  auto type = static_cast<FrameType>(frame.header.type);
  bool answers = stream.kind == StreamKind::kCall || (stream.kind == StreamKind::kFetch && !stream.headSeen);
  event.payload = frame.payload;
  switch (type) {
    case FrameType::kLog:
      event.what = What::kLog;
      return {};
    case FrameType::kResult:
      if (stream.kind != StreamKind::kCall) return violation("a result on a stream that is no call");
      event.what = What::kResult;
      event.over = true;
      return {};
    case FrameType::kFailure:
      if (!answers) return violation("a failure on a stream that has none");
      event.what = What::kFailure;
      event.over = true;
      return {};
    case FrameType::kHead:
      return onHead(stream, frame.payload, event);
    case FrameType::kChunk:
    case FrameType::kText:
    case FrameType::kBinary:
      return onBytes(stream, type, frame.payload, event);
    case FrameType::kEnd:
      if (!stream.headSeen || stream.guestDone || stream.webSocket || !frame.payload.empty())
        return violation("the end of a body that it has not");
      event.what = What::kEnd;
      stream.guestDone = true;
      event.over = stream.daemonDone;
      return {};
    case FrameType::kCredit: {
      auto bytes = wire::decodeCredit(frame.payload);
      if (!bytes) return std::move(bytes).error();
      if (stream.kind == StreamKind::kCall) return violation("credit to a call");
      event.what = What::kCredit;
      event.credit = *bytes;
      stream.daemonCredit = std::min(stream.daemonCredit + *bytes, kMostCredit);
      return {};
    }
    case FrameType::kClose:
      return onClose(stream, frame.payload, event);
    case FrameType::kReset: {
      auto reason = wire::decodeReset(frame.payload);
      if (!reason) return std::move(reason).error();
      event.what = What::kReset;
      event.reason = std::move(reason).value();
      event.over = true;
      return {};
    }
    default:
      return violation("a frame of a type that it may not send");
  }
}

Result<void> StreamTable::onHead(Stream& stream, std::string_view payload, StreamEvent& event) {
  if (stream.kind != StreamKind::kFetch || stream.headSeen) return violation("a response that nobody waits for");
  auto head = wire::decodeHead(payload);
  if (!head) return std::move(head).error();
  if (head->webSocket && !stream.offersWebSocket) return violation("a WebSocket that nobody asked for");
  stream.headSeen = true;
  stream.webSocket = head->webSocket;
  stream.guestDone = !head->hasBody && !head->webSocket;
  if (head->webSocket) stream.daemonDone = false;  // there is no body any more, but a Close to come
  event.what = What::kHead;
  event.head = std::move(head).value();
  event.over = stream.guestDone && stream.daemonDone;
  return {};
}

Result<void> StreamTable::onBytes(Stream& stream, FrameType type, std::string_view payload, StreamEvent& event) {
  bool chunk = type == FrameType::kChunk;
  bool expected = chunk ? stream.headSeen && !stream.webSocket : stream.takesMessages();
  if (!expected || stream.guestDone) return violation("bytes on a stream that does not take them");
  if (type == FrameType::kBinary && !stream.webSocket) return violation("bytes to a session, which is of text");
  if (payload.size() > (chunk ? wire::kMaxChunk : wire::kMaxMessage)) return violation("a message that is too large");
  if (type == FrameType::kText && !isUtf8(payload)) return violation("a text that is not UTF-8");
  if (stream.guestCredit <= 0) return violation("bytes without credit");
  stream.guestCredit -= static_cast<int64_t>(payload.size());
  event.what = chunk ? What::kChunk : type == FrameType::kText ? What::kText : What::kBinary;
  return {};
}

// The end of a session; of a WebSocket one of two.
Result<void> StreamTable::onClose(Stream& stream, std::string_view payload, StreamEvent& event) {
  if (!stream.takesMessages() || stream.guestDone) return violation("a close of what is not open");
  auto close = wire::decodeClose(payload);
  if (!close) return std::move(close).error();
  event.what = What::kClose;
  event.close = std::move(close).value();
  stream.guestDone = true;
  event.over = !stream.webSocket || stream.daemonDone;
  return {};
}

StreamTable::Sending StreamTable::onSend(uint64_t id, FrameType type, std::string_view payload) {
  auto found = streams_.find(id);
  if (found == streams_.end()) return Sending::kPointless;
  Stream& stream = found->second;
  bool over = false;
  if (type == FrameType::kCredit) {
    auto bytes = wire::decodeCredit(payload);
    MAYFLY_CHECK(bytes.ok());  // our own
    stream.guestCredit = std::min(stream.guestCredit + bytes.value(), kMostCredit);
    return Sending::kFine;
  }
  bool ofBody = type == FrameType::kChunk || type == FrameType::kEnd;
  bool possible = ofBody ? stream.kind == StreamKind::kFetch && !stream.webSocket : stream.takesMessages();
  if (!possible || stream.daemonDone) return Sending::kPointless;
  if (type == FrameType::kEnd || type == FrameType::kClose) {
    stream.daemonDone = true;
    over = stream.guestDone || (type == FrameType::kClose && !stream.webSocket);
  } else {
    if (stream.daemonCredit <= 0) return Sending::kOverdraft;
    stream.daemonCredit -= static_cast<int64_t>(payload.size());
  }
  if (!over) return Sending::kFine;
  streams_.erase(found);
  return Sending::kOver;
}

int64_t StreamTable::creditOfGuest(uint64_t stream) const {
  auto found = streams_.find(stream);
  return found == streams_.end() ? 0 : found->second.guestCredit;
}

int64_t StreamTable::creditOfDaemon(uint64_t stream) const {
  auto found = streams_.find(stream);
  return found == streams_.end() ? 0 : found->second.daemonCredit;
}

}  // namespace mayfly
