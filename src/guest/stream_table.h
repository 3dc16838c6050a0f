// SPDX-License-Identifier: Apache-2.0
#pragma once

// The guest's account of the streams of wire/serve_protocol.h: which are open, which frames may come on them, and the
// credit of both directions. It knows nothing of what the frames mean.

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "wire/frame.h"
#include "wire/serve_protocol.h"

namespace mayfly::guest {

enum class StreamKind : uint8_t { kCall, kFetch, kSession, kChild };

class StreamTable {
 public:
  // A stream that the daemon opens. False when that cannot be: its number was used, is the guest's, or there are too
  // many.
  bool open(uint64_t stream, StreamKind kind);
  // The number of a stream that the guest opens; nothing when there are too many already.
  std::optional<uint64_t> openOwn(StreamKind kind);
  void close(uint64_t stream) { streams_.erase(stream); }

  // What to do with a frame that has come on a stream: deliver it; ignore it, for the stream has ended; or give up a
  // daemon that sends nonsense.
  enum class Verdict : uint8_t { kDeliver, kLate, kNonsense };
  Verdict arrives(uint64_t stream, wire::FrameType type, size_t size);

  [[nodiscard]] bool isOpen(uint64_t stream) const { return streams_.contains(stream); }
  [[nodiscard]] size_t size() const { return streams_.size(); }
  [[nodiscard]] std::optional<StreamKind> kindOf(uint64_t stream) const;

  // What may still be sent; not positive when the daemon has to give more first. Zero for a stream that is not open.
  [[nodiscard]] int64_t credit(uint64_t stream) const;
  void spend(uint64_t stream, size_t bytes);
  void gain(uint64_t stream, uint32_t bytes);
  // The daemon may send more.
  void grant(uint64_t stream, uint32_t bytes);

 private:
  struct Stream {
    StreamKind kind = StreamKind::kCall;
    int64_t toSend = wire::kInitialCredit;
    int64_t toReceive = wire::kInitialCredit;
  };

  std::unordered_map<uint64_t, Stream> streams_;
  uint64_t lastTheirs_ = 0;
  uint64_t lastOurs_ = 0;
};

}  // namespace mayfly::guest
