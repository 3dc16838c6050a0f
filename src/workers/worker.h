// SPDX-License-Identifier: Apache-2.0
#pragma once

// One warm worker: a guest that stays, the streams to it (wire/serve_protocol.h), and its limits.
//
//   starting (modules prepared, guest forked, main module loaded) -> warm -> ended
//
// CPU: each call adds its cpuMs to what the process may have used by then; the daemon reads the process's clock by the
// kernel and kills a worker that used more. Calls that overlap share the sum, so a loop ends at the latest when the
// allowances of all calls under way are spent. Between calls there is a small allowance for timers and waitUntil.
// Wall clock: a call that takes longer is answered E_WALL and its stream reset; the worker lives on.
// Memory: the kernel's limit of the process; all calls under way end with E_MEM, and so does the worker.
//
// Usage: the process's CPU time is divided evenly among the calls that were under way while it was spent.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "scheduler/outcome.h"
#include "scheduler/run.h"
#include "wire/serve_protocol.h"
#include "workers/worker_code.h"

namespace mayfly {

// The daemon's end of a stream. All calls come from the loop, none from inside Worker::send or Worker::reset. After
// onDone nothing comes. What arrives is within the limits of the protocol, and is hostile all the same.
class StreamListener {
 public:
  virtual ~StreamListener() = default;
  virtual void onHead(const wire::ResponseHead& head) { (void)head; }
  virtual void onChunk(std::string_view bytes) { (void)bytes; }
  virtual void onEnd() {}  // of the guest's body
  virtual void onText(std::string_view message) { (void)message; }
  virtual void onBinary(std::string_view message) { (void)message; }
  virtual void onCredit(uint32_t bytes) { (void)bytes; }
  virtual void onClose(const wire::Close& close) { (void)close; }
  virtual void onLog(const wire::LogRecord& log) { (void)log; }
  // The last call: the stream is over. `error` unless it came to its regular end. Usage is final.
  virtual void onDone(const std::optional<RunError>& error, const Usage& usage) = 0;
};

class Worker {
 public:
  using StreamId = uint64_t;
  virtual ~Worker() = default;  // ends it: streams get onDone with E_CANCELLED

  // Calls before it is warm wait for it; they fail with its start-up error when it cannot start.
  struct CallCallbacks {
    std::function<void(const wire::LogRecord&)> onLog;
    std::function<void(Outcome)> onDone;  // once, last
  };
  virtual StreamId call(wire::Call call, const Limits& limits, CallCallbacks callbacks) = 0;
  // An HTTP exchange or an RPC session. The listener outlives the stream.
  virtual StreamId fetch(wire::FetchRequest request, const Limits& limits, StreamListener& listener) = 0;
  virtual StreamId session(StreamListener& listener) = 0;

  // kChunk, kEnd, kText, kBinary, kClose, kCredit on a stream that is open. The caller keeps to the guest's credit,
  // which begins at wire::kInitialCredit and grows by onCredit.
  virtual void send(StreamId stream, wire::FrameType type, std::string_view payload) = 0;
  // Ends a stream now; its listener gets onDone with `why` when it is not null.
  virtual void reset(StreamId stream, std::string_view reason) = 0;

  enum class State : uint8_t { kStarting, kWarm, kEnded };
  struct Status {
    State state = State::kStarting;
    std::optional<RunError> error;  // why it ended, when not by our wish
    std::vector<wire::EntrypointInfo> entrypoints;
    uint32_t inFlight = 0;
    uint64_t calls = 0;
    uint64_t memoryBytes = 0;  // private and resident, now
    uint64_t cpuNanos = 0;
    int64_t createdMillis = 0;
    int64_t lastUsedMillis = 0;
  };
  [[nodiscard]] virtual Status status() const = 0;
  [[nodiscard]] virtual const WorkerCode& code() const = 0;
};

}  // namespace mayfly
