// SPDX-License-Identifier: Apache-2.0
#pragma once

// The streams of one worker (wire/serve_protocol.h) as the daemon knows them: which are open, what may come on each,
// and the credit of both directions. It does nothing itself: every frame of the guest becomes one event, or an error
// (E_PROTO), after which the guest is to be killed.
//
// Streams are numbered upwards, so that "has ended" and "never was" differ without remembering those that have ended.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "wire/frame.h"
#include "wire/serve_protocol.h"

namespace mayfly {

enum class StreamKind : uint8_t { kCall, kFetch, kSession, kChild };

// What a frame of the guest means.
struct StreamEvent {
  enum class What : uint8_t {
    kNothing,  // it belongs to a stream that has ended
    kLoaded,   // of the worker as a whole; not decoded
    kLog,      // not decoded; also of a stream that has ended, whose waitUntil goes on
    kResult,   // of a call; not decoded
    kFailure,  // of a call or fetch, or of the worker as a whole; not decoded
    kOpen,
    kHead,
    kChunk,
    kEnd,
    kText,
    kBinary,
    kCredit,
    kClose,
    kReset,
  };
  What what = What::kNothing;
  uint64_t stream = 0;
  std::string_view payload;  // of what is not decoded; the bytes of a chunk or message
  wire::Open open;
  wire::ResponseHead head;
  wire::Close close;
  uint32_t credit = 0;
  std::string reason;
  bool over = false;  // the stream ended with it, and is forgotten
};

class StreamTable {
 public:
  // The session of whoever loads the worker (wire::kFirstSession); before any other.
  void openFirstSession();
  uint64_t openCall() { return open({.kind = StreamKind::kCall}); }
  uint64_t openFetch(bool hasBody, bool offersWebSocket);
  uint64_t openSession() { return open({.kind = StreamKind::kSession}); }
  [[nodiscard]] bool full() const { return streams_.size() >= wire::kMaxStreams; }
  [[nodiscard]] size_t size() const { return streams_.size(); }
  [[nodiscard]] bool isOpen(uint64_t stream) const { return streams_.contains(stream); }

  Result<StreamEvent> onFrame(const wire::Frame& frame);

  // Whether the daemon may send this now. Credit that it gives counts from here on.
  enum class Sending : uint8_t {
    kFine,
    kOver,       // the stream ends with it, and is forgotten
    kPointless,  // the stream has ended, or this direction of it: not to be sent
    kOverdraft,  // no credit is left
  };
  Sending onSend(uint64_t stream, wire::FrameType type, std::string_view payload);
  // Bytes that the guest may still send on a stream, and the daemon; what is below zero was overdrawn.
  [[nodiscard]] int64_t creditOfGuest(uint64_t stream) const;
  [[nodiscard]] int64_t creditOfDaemon(uint64_t stream) const;

  // Ended by us.
  void forget(uint64_t stream) { streams_.erase(stream); }

 private:
  struct Stream {
    StreamKind kind = StreamKind::kCall;
    bool offersWebSocket = false;
    bool webSocket = false;
    bool headSeen = false;
    bool guestDone = false;  // its body or its side of the WebSocket has ended
    bool daemonDone = false;
    int64_t guestCredit = wire::kInitialCredit;
    int64_t daemonCredit = wire::kInitialCredit;

    [[nodiscard]] bool takesMessages() const {
      return webSocket || kind == StreamKind::kSession || kind == StreamKind::kChild;
    }
  };

  uint64_t open(Stream stream);
  Result<StreamEvent> ofWorker(const wire::Frame& frame);
  Result<StreamEvent> opened(const wire::Frame& frame);
  [[nodiscard]] bool hasEnded(uint64_t stream) const;
  Result<void> read(Stream& stream, const wire::Frame& frame, StreamEvent& event);
  static Result<void> onHead(Stream& stream, std::string_view payload, StreamEvent& event);
  static Result<void> onBytes(Stream& stream, wire::FrameType type, std::string_view payload, StreamEvent& event);
  static Result<void> onClose(Stream& stream, std::string_view payload, StreamEvent& event);

  std::unordered_map<uint64_t, Stream> streams_;
  uint64_t nextOfDaemon_ = wire::kFirstSession + 2;
  uint64_t lastOfGuest_ = 0;
  bool firstSession_ = false;
};

}  // namespace mayfly
