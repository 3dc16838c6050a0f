// SPDX-License-Identifier: Apache-2.0
#pragma once

// A frame: sixteen bytes of header, little-endian, then the payload.
//
//   0  u32 payload length     4  u16 type     6  u16 flags (must be 0)     8  u64 stream
//
// The stream is 0 for what concerns the run as a whole and the request's id for a question and its answer.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mayfly::wire {

enum class FrameType : uint16_t {
  // daemon -> guest
  kJob = 1,
  kCall = 2,  // these and those of a stream: serve_protocol.h
  kFetch = 3,
  kSession = 4,  // no payload
  kOpened = 5,   // JSON: what there is to know of the child
  // guest -> daemon
  kLog = 16,
  kResult = 17,
  kFailure = 18,
  kTimings = 19,
  kSpareReady = 20,  // rehearsed and sealed, waiting for its job; no payload
  kSettled = 21,
  kLoaded = 22,
  kHead = 23,
  kOpen = 24,
  // both ways, on a stream
  kChunk = 48,   // bytes of a body
  kEnd = 49,     // of a body; no payload
  kText = 50,    // a message of a session or WebSocket
  kBinary = 51,  // a message of a WebSocket
  kCredit = 52,
  kClose = 53,
  kReset = 54,
  // tool host, both ways
  kToolHello = 0x100,
  kTransform = 0x101,
  kTransformed = 0x102,
  kMap = 0x103,
  kMapped = 0x104,
  kCheck = 0x105,
  kChecked = 0x106,
};

constexpr size_t kFrameHeaderSize = 16;
constexpr size_t kMaxToolPayload = 80U << 20U;

struct FrameHeader {
  uint32_t length = 0;
  uint16_t type = 0;
  uint16_t flags = 0;
  uint64_t stream = 0;
};

void encodeFrameHeader(const FrameHeader& header, char* out);
FrameHeader decodeFrameHeader(const char* bytes);

// Header and payload in one piece.
std::string encodeFrame(FrameType type, std::string_view payload, uint64_t stream = 0);

struct Frame {
  FrameHeader header;
  std::string_view payload;  // valid until the next call on the reader
};

// Cuts a byte stream into frames. Holds what has really arrived, never what a header merely promises.
class FrameReader {
 public:
  explicit FrameReader(size_t maxPayload) : maxPayload_(maxPayload) {}

  void setMaxPayload(size_t maxPayload) { maxPayload_ = maxPayload; }

  // Room for more bytes; commit() says how many of them were filled. The room is small at first and grows while the
  // stream fills it, or to what is missing of a frame: most guests say little, and there are thousands of them.
  std::span<char> room();
  void commit(size_t size);
  void append(std::string_view bytes);

  // The next whole frame; nothing when more bytes are needed; an error (E_PROTO) when the peer broke the rules, after
  // which the stream is worthless.
  Result<std::optional<Frame>> next();

  [[nodiscard]] size_t buffered() const { return end_ - begin_; }

 private:
  void grow(size_t size);

  size_t maxPayload_;
  std::unique_ptr<char[]> buffer_;
  size_t capacity_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace mayfly::wire
