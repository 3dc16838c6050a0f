// SPDX-License-Identifier: Apache-2.0
#include "wire/frame.h"

#include <algorithm>
#include <cstring>

namespace mayfly::wire {

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

char* FrameReader::reserve(size_t size) {
  if (begin_ == end_) begin_ = end_ = 0;
  if (begin_ > 0 && buffer_.size() - end_ < size) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() - end_ < size) buffer_.resize(std::max(end_ + size, buffer_.size() * 2));
  return buffer_.data() + end_;
}

void FrameReader::commit(size_t size) { end_ += size; }

void FrameReader::append(std::string_view bytes) {
  std::memcpy(reserve(bytes.size()), bytes.data(), bytes.size());
  commit(bytes.size());
}

Result<std::optional<Frame>> FrameReader::next() {
  if (buffered() < kFrameHeaderSize) return std::optional<Frame>{};
  FrameHeader header = decodeFrameHeader(buffer_.data() + begin_);
  if (header.flags != 0) return Error{ErrorCode::kProtocol, "a frame has unknown flags"};
  if (header.length > maxPayload_) {
    return Error{ErrorCode::kProtocol, "a frame announces " + std::to_string(header.length) +
                                           " bytes; at most " + std::to_string(maxPayload_) + " are allowed"};
  }
  if (buffered() < kFrameHeaderSize + header.length) return std::optional<Frame>{};
  Frame frame{header, std::string_view(buffer_).substr(begin_ + kFrameHeaderSize, header.length)};
  begin_ += kFrameHeaderSize + header.length;
  return std::optional<Frame>(frame);
}

}  // namespace mayfly::wire
