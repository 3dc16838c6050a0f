// SPDX-License-Identifier: Apache-2.0
#include "workers/worker.h"

#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "scheduler/guest_words.h"
#include "scheduler/verdict.h"

namespace mayfly {
namespace {

// Frames may be a little larger than the payload limit that the guest was told.
constexpr size_t kFrameSlack = 64;

// For timers and waitUntil: a tenth of what a call may use, and enough to turn the event loop a few times.
Nanoseconds betweenCalls(Nanoseconds cpu) { return std::max<Nanoseconds>(cpu / 10, std::chrono::milliseconds(2)); }

Error evicted() { return Error{ErrorCode::kCancelled, "the worker has ended"}; }

}  // namespace

std::shared_ptr<Worker> Worker::start(EventLoop& loop, Scheduler& scheduler, WorkerCode code, Events events) {
  std::shared_ptr<Worker> worker(new Worker(loop, scheduler, std::move(code), std::move(events)));
  // Not now: its loader has not taken its session yet, and no event comes from inside this function.
  loop.later([weak = worker->weak_from_this()] {
    if (auto self = weak.lock(); self != nullptr && !self->stopped_) self->prepare();
  });
  return worker;
}

Worker::Worker(EventLoop& loop, Scheduler& scheduler, WorkerCode code, Events events)
    : loop_(loop),
      scheduler_(scheduler),
      code_(std::move(code)),
      events_(std::move(events)),
      preparation_(scheduler.toolHost(), code_.program.modules),
      location_(scheduler.toolHost(), code_.program.modules, preparation_.program().mapIds),
      cpu_(betweenCalls(code_.program.limits.cpu), monotonicNow()),
      meter_(monotonicNow()),
      createdMillis_(static_cast<int64_t>(wallClockMillis())),
      lastUsedMillis_(createdMillis_),
      lastUsed_(monotonicNow()) {
  maxPayload_ = std::max({size_t{code_.program.limits.outputBytes}, wire::kMaxLogPayload, wire::kMaxFailurePayload,
                          wire::kMaxMessage, code_.loaders.empty() ? 0 : wire::kMaxJobPayload});
  if (code_.isBound()) streams_.openFirstSession();
  cpu_.begin(code_.program.limits.cpu);  // loading counts as a call
}

Worker::~Worker() { close(); }

// ---- starting ----

void Worker::prepare() {
  preparation_.start([this](std::optional<RunError> error) {
    guarded([&] {
      if (stopped_) return;
      if (!error) return acquire();
      stop(*error, *error);
    });
  });
}

void Worker::acquire() {
  // The kernel's own limit of CPU time is for processes with one job.
  wire::GuestLimits limits{.cpuNanos = 0, .memoryBytes = code_.program.limits.memoryBytes};
  scheduler_.zygotes().acquire(limits, [weak = weak_from_this()](Result<std::unique_ptr<Guest>> guest, bool) {
    if (auto self = weak.lock(); self != nullptr && !self->stopped_) self->onGuest(std::move(guest));
  });
}

void Worker::onGuest(Result<std::unique_ptr<Guest>> guest) {
  guarded([&] {
    if (!guest) return stop(fromError(guest.error()), fromError(guest.error()));
    guest_ = std::move(guest).value();
    admit(0);
    startTimer_ = loop_.at(monotonicNow() + code_.program.limits.wall, [this] {
      RunError error =
          limitError(ErrorCode::kWall, "wallMs",
                     "the worker was still starting after " + std::to_string(code_.program.limits.wall.count()) +
                         " ms of wall clock time; raise wallMs or do less at the top of its modules");
      guarded([&] { stop(error, error); });
    });
    sendJob();
  });
}

// The guest may send frames of this size from now on.
void Worker::admit(size_t payload) {
  maxPayload_ = std::max(maxPayload_, payload);
  if (guest_ != nullptr) guest_->attach(this, maxPayload_ + kFrameSlack);
}

void Worker::sendJob() {
  const RunRequest& program = code_.program;
  wire::Job job;
  job.modules = std::exchange(preparation_.program().modules, {});
  job.envJson = program.envJson;
  job.allowEval = program.allowEval;
  job.allowWasm = program.allowWasm;
  job.startMillis = wallClockMillis();
  job.outputBytes = program.limits.outputBytes;
  job.logBytes = program.limits.logBytes;
  job.serve = true;
  job.session = code_.isBound();
  job.outbound = code_.outbound;
  job.bindings = code_.bindings;
  job.loaders = code_.loaders;
  guest_->send(wire::encodeFrame(wire::FrameType::kJob, wire::encodeJob(job)));
  jobSent_ = true;
  if (!queuedFirst_.empty()) guest_->send(std::exchange(queuedFirst_, {}));
}

void Worker::onForked() {
  guarded([&] {
    if (stopped_) return;
    unwatched_ = guest_->pid() == 0;
    if (unwatched_) return kill();  // or it has gone already; its end will tell
    watchCpu();
  });
}

void Worker::onLoaded(std::string_view payload) {
  if (state_ != State::kStarting) {
    return onProtocolError(Error{ErrorCode::kProtocol, "a guest said twice that it has started"});
  }
  auto loaded = wire::decodeLoaded(payload);
  if (!loaded) return onProtocolError(loaded.error());
  account();
  state_ = State::kWarm;
  wasWarm_ = true;
  loop_.cancel(startTimer_);
  entrypoints_ = std::move(loaded->entrypoints);
  sampleMemory();
  cpu_.end(code_.program.limits.cpu);
  for (auto& [id, activity] : activities_) {
    cpu_.begin(activity.limits.cpu);
    startWallClock(id, activity);
  }
  watchCpu();
  if (!queued_.empty()) guest_->send(std::exchange(queued_, {}));
  if (events_.onWarm) events_.onWarm(*this);
  tellStarted();
}

void Worker::whenStarted(std::function<void()> callback) {
  if (state_ == State::kStarting) return whenStarted_.push_back(std::move(callback));
  loop_.later(std::move(callback));
}

void Worker::tellStarted() {
  for (const auto& callback : std::exchange(whenStarted_, {})) callback();
}

void Worker::onStartFailure(std::string_view payload) {
  if (state_ != State::kStarting) {
    return onProtocolError(Error{ErrorCode::kProtocol, "a guest that had started said that it cannot start"});
  }
  auto error = readFailure(payload);
  if (!error) return onProtocolError(error.error());
  refineLimitError(error.value(), code_.program.limits);
  stop(*error, *error);
}

// ---- ended ----

void Worker::onProtocolError(const Error& error) {
  RunError broken = fromError(error);
  broken.message += "; the worker was killed";
  guarded([&] { stop(broken, broken); });
}

void Worker::evict(const Error& why) { stop(std::nullopt, fromError(why)); }

void Worker::stop(std::optional<RunError> verdict, RunError why) {
  if (std::exchange(stopped_, true)) return;
  error_ = std::move(verdict);
  why_ = std::move(why);
  state_ = State::kEnded;
  loop_.cancel(startTimer_);
  if (guest_ != nullptr) return kill();
  // Nothing has to be waited for, but no event may come from inside evict().
  loop_.later([weak = weak_from_this()] {
    if (auto self = weak.lock()) self->guarded([&] { self->conclude(GuestExit{.lost = true}); });
  });
}

// The end waits for the kernel's account, but no longer than a zygote may take to answer twice.
void Worker::kill() {
  guest_->kill();
  loop_.cancel(endTimer_);
  endTimer_ = loop_.at(monotonicNow() + 2 * scheduler_.zygotes().answerLimit(),
                       [this] { guarded([&] { conclude(GuestExit{.lost = true}); }); });
}

void Worker::onExit(const GuestExit& exit) {
  guarded([&] { conclude(exit); });
}

void Worker::conclude(const GuestExit& exit) {
  if (std::exchange(concluded_, true)) return;
  loop_.cancel(startTimer_);
  loop_.cancel(endTimer_);
  loop_.cancel(cpuTimer_);
  MonotonicTime now = monotonicNow();
  cpu_.account(exit.cpuNanos(), now);
  meter_.account(exit.cpuNanos(), memoryBytes_, now);
  if (!stopped_) {
    Limits limits = code_.program.limits;
    limits.cpu = Nanoseconds::max();  // what it used in its whole life explains nothing
    why_ = explainDeath(exit, limits, guest_->zygote().baselineResidentBytes());
    bool killed = WIFSIGNALED(exit.waitStatus) && WTERMSIG(exit.waitStatus) == SIGKILL;
    if (unwatched_ && killed) why_ = fromError(Error{ErrorCode::kBusy, "no descriptor is left to watch a worker with"});
    error_ = why_;
  }
  stopped_ = true;
  state_ = State::kEnded;
  memoryBytes_ = 0;
  // Its sockets are not needed any more, whoever still holds the worker. Not now: the guest may be calling us.
  if (guest_ != nullptr) guest_->attach(nullptr, 0);
  loop_.later([guest = std::shared_ptr<Guest>(std::move(guest_))] {});
  tellIdleUsage();
  if (!error_ || error_->frames.empty()) {
    return tellEnd();
  }
  // Everybody gets the same error, so its place is looked for once.
  location_.locate(*error_, [this](RunError located) {
    guarded([&] {
      error_ = why_ = located;
      tellEnd();
    });
  });
}

void Worker::tellEnd() {
  told_ = true;
  end(why_, Deliver::kNow);
  if (events_.onEnded) events_.onEnded(*this, error_);
  tellStarted();
}

Worker::Ending Worker::endingOf(Activity& activity) {
  Ending ending{std::move(activity.callbacks), activity.listener, {}};
  ending.outcome.usage = activity.usage;
  ending.outcome.usage.limits = activity.limits;
  if (guest_ != nullptr) ending.outcome.usage.isolation = guest_->zygote().process().layers();
  meter_.end(activity.share, ending.outcome.usage);
  ending.outcome.logsTruncated = activity.logsTruncated;
  return ending;
}

void Worker::end(const RunError& why, Deliver when) {
  auto ended = std::exchange(activities_, {});
  for (auto& [id, activity] : ended) {
    loop_.cancel(activity.wallTimer);
    streams_.forget(id);
    Ending ending = endingOf(activity);
    ending.outcome.error = why;
    deliver(std::move(ending), when);
  }
}

void Worker::close() {
  if (!std::exchange(stopped_, true)) why_ = fromError(evicted());
  state_ = State::kEnded;
  events_ = {};
  for (EventLoop::TimerId timer : {startTimer_, endTimer_, cpuTimer_}) loop_.cancel(timer);
  account();
  guest_.reset();
  end(fromError(evicted()), Deliver::kNow);
  for (auto& [id, ending] : std::exchange(locating_, {})) ending.deliver();
}

Worker::Status Worker::status() const {
  Status status;
  status.state = state_;
  status.error = error_;
  status.entrypoints = entrypoints_;
  status.inFlight = static_cast<uint32_t>(activities_.size());
  status.calls = calls_;
  status.memoryBytes = memoryBytes_;
  status.cpuNanos = cpu_.used();
  status.createdMillis = createdMillis_;
  status.lastUsedMillis = lastUsedMillis_;
  return status;
}

}  // namespace mayfly
