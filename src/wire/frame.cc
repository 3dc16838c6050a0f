// SPDX-License-Identifier: Apache-2.0
#include "wire/frame.h"

#include <algorithm>
#include <cstring>

namespace mayfly::wire {
namespace {

constexpr size_t kFirstRoom = 4096;
constexpr size_t kLargestRoom = 256U << 10U;

}  // namespace

void encodeFrameHeader(const FrameHeader& header, char* out) {
  std::memcpy(out, &header.length, 4);
  std::memcpy(out + 4, &header.type, 2);
  std::memcpy(out + 6, &header.flags, 2);
  std::memcpy(out + 8, &header.stream, 8);
}

FrameHeader decodeFrameHeader(const char* bytes) {
  FrameHeader header;
  std::memcpy(&header.length, bytes, 4);
  std::memcpy(&header.type, bytes + 4, 2);
  std::memcpy(&header.flags, bytes + 6, 2);
  std::memcpy(&header.stream, bytes + 8, 8);
  return header;
}

std::string encodeFrame(FrameType type, std::string_view payload, uint64_t stream) {
  std::string bytes(kFrameHeaderSize, '\0');
  encodeFrameHeader({.length = static_cast<uint32_t>(payload.size()),
                     .type = static_cast<uint16_t>(type),
                     .flags = 0,
                     .stream = stream},
                    bytes.data());
  bytes += payload;
  return bytes;
}

// Makes room for `size` bytes behind what is buffered.
void FrameReader::grow(size_t size) {
  if (begin_ == end_) begin_ = end_ = 0;
  if (capacity_ - end_ >= size) return;
  size_t held = buffered();
  if (capacity_ >= held + size) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, held);
  } else {
    capacity_ = std::max({held + size, capacity_ * 2, kFirstRoom});
    std::unique_ptr<char[]> larger(new char[capacity_]);  // not zeroed: what counts is what was committed
    if (held > 0) std::memcpy(larger.get(), buffer_.get() + begin_, held);
    buffer_ = std::move(larger);
  }
  begin_ = 0;
  end_ = held;
}

std::span<char> FrameReader::room() {
  grow(1);
  return {buffer_.get() + end_, std::min(capacity_ - end_, kLargestRoom)};
}

void FrameReader::commit(size_t size) {
  end_ += size;
  // Full: more is on its way.
  if (end_ == capacity_ && capacity_ < kLargestRoom) grow(capacity_);
}

void FrameReader::append(std::string_view bytes) {
  grow(bytes.size());
  std::memcpy(buffer_.get() + end_, bytes.data(), bytes.size());
  end_ += bytes.size();
}

Result<std::optional<Frame>> FrameReader::next() {
  if (buffered() < kFrameHeaderSize) return std::optional<Frame>{};
  FrameHeader header = decodeFrameHeader(buffer_.get() + begin_);
  if (header.flags != 0) return Error{ErrorCode::kProtocol, "a frame has unknown flags"};
  if (header.length > maxPayload_) {
    return Error{ErrorCode::kProtocol, "a frame announces " + std::to_string(header.length) + " bytes; at most " +
                                           std::to_string(maxPayload_) + " are allowed"};
  }
  if (buffered() < kFrameHeaderSize + header.length) return std::optional<Frame>{};
  Frame frame{header, std::string_view(buffer_.get() + begin_ + kFrameHeaderSize, header.length)};
  begin_ += kFrameHeaderSize + header.length;
  return std::optional<Frame>(frame);
}

}  // namespace mayfly::wire
