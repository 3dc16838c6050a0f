// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a worker says on its streams. All sends keep to the table: on a stream that is not open any more nothing is
// said, for an answer may come late.

#include <span>
#include <string>
#include <string_view>

#include "guest/daemon_channel.h"
#include "guest/stream_table.h"
#include "guest/v8_api.h"

namespace mayfly::guest {

struct GuestState;

class WorkerStreams {
 public:
  // Borrows both. Each stream may log `logBytes`.
  WorkerStreams(DaemonChannel& channel, GuestState& state, uint64_t logBytes);

  [[nodiscard]] const StreamTable& table() const { return table_; }
  // As in the table, with all that goes with it.
  bool open(uint64_t stream, StreamKind kind, uint64_t outputBytes = 0);
  std::optional<uint64_t> openChild(const wire::Open& open);
  StreamTable::Verdict arrives(const wire::Frame& frame);
  void gain(uint64_t stream, uint32_t bytes) { table_.gain(stream, bytes); }
  void close(uint64_t stream);

  // The answer to a call; the stream is over.
  void answer(v8::Local<v8::Context> context, uint64_t stream, v8::Local<v8::Value> value);
  void fail(uint64_t stream, const wire::Failure& failure);

  // A frame as it is. What it costs is taken off the credit: what is left is credit(), and the caller stops at zero.
  void send(uint64_t stream, wire::FrameType type, std::string_view payload);
  [[nodiscard]] double credit(uint64_t stream) const { return static_cast<double>(table_.credit(stream)); }
  void grant(uint64_t stream, uint32_t bytes);
  void reset(uint64_t stream, std::string_view reason);

 private:
  DaemonChannel& channel_;
  GuestState& state_;
  uint64_t logBytes_;
  StreamTable table_;
  std::unordered_map<uint64_t, uint64_t> outputBytes_;  // of the calls under way
};

}  // namespace mayfly::guest
