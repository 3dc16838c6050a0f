// SPDX-License-Identifier: Apache-2.0
#include "guest/worker_streams.h"

#include "base/utf8.h"
#include "guest/guest_state.h"
#include "guest/result_value.h"

namespace mayfly::guest {
namespace {

constexpr size_t kMaxReason = 1024;

bool costsCredit(wire::FrameType type) {
  return type == wire::FrameType::kChunk || type == wire::FrameType::kText || type == wire::FrameType::kBinary;
}

}  // namespace

WorkerStreams::WorkerStreams(DaemonChannel& channel, GuestState& state, uint64_t logBytes)
    : channel_(channel), state_(state), logBytes_(logBytes) {}

bool WorkerStreams::open(uint64_t stream, StreamKind kind, uint64_t outputBytes) {
  if (!table_.open(stream, kind)) return false;
  if (kind == StreamKind::kCall) outputBytes_.emplace(stream, outputBytes);
  LogBudget& logs = state_.streamLogs[stream];
  logs.bytesLeft = logBytes_;
  if (kind == StreamKind::kSession) logs.refill = logBytes_;
  return true;
}

std::optional<uint64_t> WorkerStreams::openChild(const wire::Open& open) {
  std::optional<uint64_t> stream = table_.openOwn(StreamKind::kChild);
  if (stream) channel_.send(wire::FrameType::kOpen, wire::encodeOpen(open), *stream);
  return stream;
}

StreamTable::Verdict WorkerStreams::arrives(const wire::Frame& frame) {
  return table_.arrives(frame.header.stream, static_cast<wire::FrameType>(frame.header.type), frame.payload.size());
}

void WorkerStreams::close(uint64_t stream) {
  table_.close(stream);
  outputBytes_.erase(stream);
  state_.streamLogs.erase(stream);
}

void WorkerStreams::answer(v8::Local<v8::Context> context, uint64_t stream, v8::Local<v8::Value> value) {
  if (!table_.isOpen(stream)) return;
  auto encoded = resultOf(context, value, outputBytes_[stream]);
  if (auto* failure = std::get_if<wire::Failure>(&encoded)) return fail(stream, *failure);
  channel_.send(wire::FrameType::kResult, wire::encodeResult(std::get<wire::ResultValue>(encoded)), stream);
  close(stream);
}

void WorkerStreams::fail(uint64_t stream, const wire::Failure& failure) {
  if (!table_.isOpen(stream)) return;
  channel_.send(wire::FrameType::kFailure, wire::encodeFailure(failure), stream);
  close(stream);
}

void WorkerStreams::send(uint64_t stream, wire::FrameType type, std::string_view payload) {
  if (!table_.isOpen(stream)) return;
  channel_.send(type, payload, stream);
  if (costsCredit(type)) table_.spend(stream, payload.size());
}

void WorkerStreams::grant(uint64_t stream, uint32_t bytes) {
  if (!table_.isOpen(stream)) return;
  table_.grant(stream, bytes);
  channel_.send(wire::FrameType::kCredit, wire::encodeCredit(bytes), stream);
}

void WorkerStreams::reset(uint64_t stream, std::string_view reason) {
  if (!table_.isOpen(stream)) return;
  channel_.send(wire::FrameType::kReset, utf8Prefix(reason, kMaxReason), stream);
  close(stream);
}

}  // namespace mayfly::guest
