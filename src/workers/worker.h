// SPDX-License-Identifier: Apache-2.0
#pragma once

// One warm worker: a guest that stays, the streams to it (wire/serve_protocol.h), and its limits.
//
//   starting (modules prepared, guest forked, main module loaded) -> warm -> ended
//
// CPU: each call adds its cpuMs to what the process may have used by then; the daemon reads the process's clock by the
// kernel and kills a worker that used more. Calls that overlap share the sum, so a loop ends at the latest when the
// allowances of all calls under way are spent. Between calls there is a small allowance for timers and waitUntil. A
// session or WebSocket has one allowance, which every message to the worker fills up again.
// Wall clock: a call or fetch that takes longer is answered E_WALL and its stream reset; the worker lives on. It does
// not hold for sessions and WebSockets.
// Memory: the kernel's limit of the process; all calls under way end with E_MEM, and so does the worker.
//
// Usage: the process's CPU time is divided evenly among the calls that were under way while it was spent.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "scheduler/outcome.h"
#include "scheduler/scheduler.h"
#include "wire/serve_protocol.h"
#include "workers/cpu_allowance.h"
#include "workers/stream_table.h"
#include "workers/usage_meter.h"
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

class Worker final : public std::enable_shared_from_this<Worker>, private Guest::Listener {
 public:
  using StreamId = uint64_t;

  // For the table. None comes from inside a method of the worker but from close().
  struct Events {
    std::function<void(Worker&)> onWarm;
    std::function<void(Worker&, const std::optional<RunError>&)> onEnded;  // the process has gone; once
    std::function<void(Worker&, const Usage&)> onIdleUsage;                // what belonged to no call
    std::function<void(Worker&, const wire::LogRecord&)> onLog;            // of no call
    // A child is wanted: acceptChild() or refuseChild() at once. `listener` is the owner's.
    std::function<void(Worker&, StreamId, wire::Open)> onOpen;
  };
  static std::shared_ptr<Worker> start(EventLoop& loop, Scheduler& scheduler, WorkerCode code, Events events);
  ~Worker() override;  // ends it: streams get onDone with E_CANCELLED
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Calls before it is warm wait for it; they fail with its start-up error when it cannot start. Their logs go on while
  // they are under way; what a waitUntil logs later belongs to the worker.
  struct CallCallbacks {
    std::function<void(const wire::LogRecord&)> onLog;
    std::function<void(Outcome)> onDone;  // once, last; not from inside call()
  };
  StreamId call(wire::Call call, const Limits& limits, CallCallbacks callbacks);
  // An HTTP exchange or an RPC session. The listener outlives the stream. The first session of a worker that is bound
  // (WorkerCode::isBound) is the one with its loader; it has to be asked for as soon as the worker is made.
  StreamId fetch(const wire::FetchRequest& request, const Limits& limits, StreamListener& listener);
  StreamId session(StreamListener& listener);

  // kChunk, kEnd, kText, kBinary, kClose, kCredit on a stream that is open; on one that has ended nothing happens. The
  // caller keeps to the guest's credit, which begins at wire::kInitialCredit and grows by onCredit; a stream that is
  // sent more is reset.
  void send(StreamId stream, wire::FrameType type, std::string_view payload);
  // Ends a stream now; its listener or callback gets onDone with E_CANCELLED and the reason, later.
  void reset(StreamId stream, std::string_view reason);

  enum class State : uint8_t { kStarting, kWarm, kEnded };
  struct Status {
    State state = State::kStarting;
    std::optional<RunError> error;  // why it ended, when not by our wish
    std::vector<wire::EntrypointInfo> entrypoints;
    uint32_t inFlight = 0;
    uint64_t calls = 0;
    uint64_t memoryBytes = 0;  // private and resident, as of the last look
    uint64_t cpuNanos = 0;
    int64_t createdMillis = 0;
    int64_t lastUsedMillis = 0;
  };
  [[nodiscard]] Status status() const;
  // Calls back once, from the loop, when it is warm or has ended; status() says which.
  void whenStarted(std::function<void()> callback);
  [[nodiscard]] const WorkerCode& code() const { return code_; }

  // ---- for the table ----
  void acceptChild(StreamId child, StreamListener& listener, std::string_view json);
  void refuseChild(StreamId child, const Error& why);
  // Kills it; all streams end with `why` when the kernel has reported the process's end. Twice is once.
  void evict(const Error& why);
  // Ends it now, in what is left of this call: the scheduler is about to go.
  void close();
  // Looks at the process's memory.
  uint64_t sampleMemory();
  [[nodiscard]] uint64_t memoryBytes() const { return memoryBytes_; }
  [[nodiscard]] State state() const { return state_; }
  // Its process has gone and all has been told.
  [[nodiscard]] bool concluded() const { return told_; }
  // It ended before it was warm, and not by our wish.
  [[nodiscard]] bool failedToStart() const { return state_ == State::kEnded && !wasWarm_ && error_.has_value(); }
  [[nodiscard]] bool idle() const { return activities_.empty(); }
  [[nodiscard]] MonotonicTime lastUsed() const { return lastUsed_; }
  // To the table: CPU and memory-time that belong to no call.
  void tellIdleUsage();
  void touch() { lastUsed_ = monotonicNow(); }

 private:
  // What has been logged, in all or since the last window began.
  struct LogCount {
    uint64_t bytes = 0;
    MonotonicTime since;
  };
  // Something under way: a stream, and who wants to hear of it.
  struct Activity {
    StreamKind kind = StreamKind::kCall;
    Limits limits;
    CallCallbacks callbacks = {};
    StreamListener* listener = nullptr;
    UsageMeter::Share share = {};
    Usage usage = {};
    LogCount logs = {};
    bool logsTruncated = false;
    EventLoop::TimerId wallTimer{};
  };
  // One that has ended: what its caller gets.
  struct Ending {
    CallCallbacks callbacks;
    StreamListener* listener = nullptr;
    Outcome outcome;

    void deliver();
  };
  enum class Deliver : uint8_t { kNow, kLater };

  Worker(EventLoop& loop, Scheduler& scheduler, WorkerCode code, Events events);

  // worker.cc: from the start to the end
  void prepare();
  void acquire();
  void onGuest(Result<std::unique_ptr<Guest>> guest);
  void admit(size_t payload);
  void sendJob();
  void onLoaded(std::string_view payload);
  void onStartFailure(std::string_view payload);
  void onForked() override;
  void onProtocolError(const Error& error) override;
  void onExit(const GuestExit& exit) override;
  // Our own verdict: it stands, whatever the guest may still say. Nothing: by our wish, and `why` is for the streams.
  void stop(std::optional<RunError> verdict, RunError why);
  void kill();
  void conclude(const GuestExit& exit);
  void tellEnd();
  void tellStarted();
  Ending endingOf(Activity& activity);
  void end(const RunError& why, Deliver when);
  template <typename Body>
  void guarded(Body body);

  // worker_limits.cc
  void account();
  void watchCpu();
  void onCpuTimer();
  void startWallClock(StreamId id, Activity& activity);
  void onWall(StreamId id);

  // worker_streams.cc
  void onFrame(const wire::Frame& frame) override;
  void onEvent(StreamEvent& event);
  void onLog(StreamId stream, std::string_view payload);
  bool countLog(LogCount& count, const wire::LogRecord& log, bool inWindows) const;
  void onResult(Activity& activity, const StreamEvent& event);
  void onFailure(const StreamEvent& event);
  void onOpen(StreamEvent& event);
  void toListener(Activity& activity, const StreamEvent& event);
  StreamId begin(StreamId id, Activity activity, wire::FrameType type, std::string_view payload);
  StreamId refuse(Activity activity);
  [[nodiscard]] std::optional<RunError> whyNot() const;
  void emit(StreamId stream, wire::FrameType type, std::string_view payload);
  void finish(StreamId id, std::optional<RunError> error, Deliver when,
              std::optional<std::string> resultJson = std::nullopt);
  void locate(Ending ending, Deliver when);
  void deliver(Ending ending, Deliver when);

  EventLoop& loop_;
  Scheduler& scheduler_;
  WorkerCode code_;
  Events events_;
  ProgramPreparation preparation_;
  ErrorLocation location_;
  std::unique_ptr<Guest> guest_;
  StreamTable streams_;
  std::unordered_map<StreamId, Activity> activities_;
  std::unordered_map<uint64_t, Ending> locating_;  // they wait for the tool host
  uint64_t lastLocated_ = 0;
  std::string queued_;       // frames that wait for Loaded
  std::string queuedFirst_;  // those of the first session, which wait for the job only
  bool firstSessionTaken_ = false;
  bool jobSent_ = false;
  size_t maxPayload_ = 0;

  std::vector<std::function<void()>> whenStarted_;
  State state_ = State::kStarting;
  bool wasWarm_ = false;
  bool stopped_ = false;  // killed or about to be; the end has not been reported yet
  bool concluded_ = false;
  bool told_ = false;
  bool unwatched_ = false;
  std::optional<RunError> error_;
  RunError why_;  // what the streams get
  std::vector<wire::EntrypointInfo> entrypoints_;

  CpuAllowance cpu_;
  UsageMeter meter_;
  EventLoop::TimerId cpuTimer_{};
  Nanoseconds cpuPause_{0};  // between the last two looks at the clock
  EventLoop::TimerId startTimer_{};
  EventLoop::TimerId endTimer_{};
  uint64_t memoryBytes_ = 0;
  MonotonicTime memorySampled_;
  LogCount looseLogs_;  // of no call
  uint64_t calls_ = 0;
  int64_t createdMillis_ = 0;
  int64_t lastUsedMillis_ = 0;
  MonotonicTime lastUsed_;
};

// Whoever calls us may hold the last reference to us, and the guest or timer that calls us would go with it.
template <typename Body>
void Worker::guarded(Body body) {
  auto self = weak_from_this().lock();
  body();
  if (self.use_count() == 1) loop_.later([self = std::move(self)] {});
}

}  // namespace mayfly
