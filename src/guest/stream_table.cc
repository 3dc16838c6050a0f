// SPDX-License-Identifier: Apache-2.0
#include "guest/stream_table.h"

namespace mayfly::guest {
namespace {

// Theirs and ours may be opened at the same time, so theirs may be a few more than the two together may be.
constexpr size_t kMostOfTheirs = 2 * wire::kMaxStreams;

bool carriesData(wire::FrameType type) {
  return type == wire::FrameType::kChunk || type == wire::FrameType::kText || type == wire::FrameType::kBinary;
}

bool fits(StreamKind kind, wire::FrameType type, size_t size) {
  using wire::FrameType;
  switch (type) {
    case FrameType::kReset:
      return true;
    case FrameType::kCredit:
      return kind != StreamKind::kCall;
    case FrameType::kChunk:
      return kind == StreamKind::kFetch && size <= wire::kMaxChunk;
    case FrameType::kEnd:
      return kind == StreamKind::kFetch;
    case FrameType::kBinary:
      return kind == StreamKind::kFetch && size <= wire::kMaxMessage;
    case FrameType::kText:
      return kind != StreamKind::kCall && size <= wire::kMaxMessage;
    case FrameType::kClose:
      return kind != StreamKind::kCall;
    case FrameType::kOpened:
      return kind == StreamKind::kChild;
    default:
      return false;
  }
}

}  // namespace

bool StreamTable::open(uint64_t stream, StreamKind kind) {
  if (stream % 2 != 0 || stream <= lastTheirs_ || streams_.size() >= kMostOfTheirs) return false;
  lastTheirs_ = stream;
  streams_.emplace(stream, Stream{.kind = kind});
  return true;
}

std::optional<uint64_t> StreamTable::openOwn(StreamKind kind) {
  if (streams_.size() >= wire::kMaxStreams) return std::nullopt;
  lastOurs_ = lastOurs_ == 0 ? 1 : lastOurs_ + 2;
  streams_.emplace(lastOurs_, Stream{.kind = kind});
  return lastOurs_;
}

StreamTable::Verdict StreamTable::arrives(uint64_t stream, wire::FrameType type, size_t size) {
  auto found = streams_.find(stream);
  if (found == streams_.end()) {
    bool was = stream != 0 && stream <= (stream % 2 == 0 ? lastTheirs_ : lastOurs_);
    return was ? Verdict::kLate : Verdict::kNonsense;
  }
  if (!fits(found->second.kind, type, size)) return Verdict::kNonsense;
  if (carriesData(type)) {
    if (found->second.toReceive <= 0) return Verdict::kNonsense;
    found->second.toReceive -= static_cast<int64_t>(size);
  }
  return Verdict::kDeliver;
}

std::optional<StreamKind> StreamTable::kindOf(uint64_t stream) const {
  auto found = streams_.find(stream);
  if (found == streams_.end()) return std::nullopt;
  return found->second.kind;
}

int64_t StreamTable::credit(uint64_t stream) const {
  auto found = streams_.find(stream);
  return found == streams_.end() ? 0 : found->second.toSend;
}

void StreamTable::spend(uint64_t stream, size_t bytes) {
  if (auto found = streams_.find(stream); found != streams_.end()) found->second.toSend -= static_cast<int64_t>(bytes);
}

void StreamTable::gain(uint64_t stream, uint32_t bytes) {
  if (auto found = streams_.find(stream); found != streams_.end()) found->second.toSend += bytes;
}

void StreamTable::grant(uint64_t stream, uint32_t bytes) {
  if (auto found = streams_.find(stream); found != streams_.end()) found->second.toReceive += bytes;
}

}  // namespace mayfly::guest
