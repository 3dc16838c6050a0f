// SPDX-License-Identifier: Apache-2.0
#include "scheduler/run.h"

#include <algorithm>
#include <utility>

#include "scheduler/guest_words.h"
#include "scheduler/module_record.h"
#include "scheduler/random_id.h"
#include "scheduler/verdict.h"

namespace mayfly {
namespace {

using std::chrono::duration_cast;

// A guest that has replied exits by itself. One that lingers is killed.
constexpr std::chrono::milliseconds kLinger{250};

// Frames may be a little larger than the payload limit that the guest was told.
constexpr size_t kFrameSlack = 64;

}  // namespace

Run::Run(EventLoop& loop, ZygotePool& zygotes, ToolHost& toolHost, RunRequest request, RunCallbacks callbacks,
         std::function<void(Run*)> onFinished)
    : loop_(loop),
      zygotes_(zygotes),
      request_(std::move(request)),
      callbacks_(std::move(callbacks)),
      onFinished_(std::move(onFinished)),
      preparation_(toolHost, request_.modules),
      location_(toolHost, request_.modules, preparation_.program().mapIds),
      submitted_(monotonicNow()) {
  outcome_.id = randomId("run_");
  outcome_.usage.limits = request_.limits;
}

Run::~Run() {
  *alive_ = false;
  loop_.cancel(wallTimer_);
  loop_.cancel(lingerTimer_);
}

double Run::elapsedMicros() const {
  return static_cast<double>(duration_cast<Nanoseconds>(monotonicNow() - submitted_).count()) / 1e3;
}

// ---- preparing ----

void Run::start() {
  if (auto fine = checkRun(request_); !fine) return fail(fromError(fine.error()));
  preparation_.start([this](std::optional<RunError> error) {
    if (finished_) return;
    if (error) return fail(std::move(*error));
    onPrepared();
  });
}

// The program's wall clock: it starts with its guest, not with a zygote that may have to be started first.
void Run::startWallClock() {
  began_ = monotonicNow();
  wallTimer_ = loop_.at(began_ + request_.limits.wall, [this] {
    RunError error = limitError(ErrorCode::kWall, "wallMs",
                                "the program was still running after " + std::to_string(request_.limits.wall.count()) +
                                    " ms of wall clock time; raise wallMs or do less waiting");
    if (lingers_) return endEarly(error);
    stopGuest(std::move(error));
  });
}

void Run::onPrepared() {
  outcome_.trace.prepared = elapsedMicros();
  wire::GuestLimits limits{.cpuNanos = static_cast<uint64_t>(request_.limits.cpu.count()),
                           .memoryBytes = request_.limits.memoryBytes};
  zygotes_.acquire(limits, [this, alive = alive_](Result<std::unique_ptr<Guest>> guest, bool spare) {
    if (*alive && !finished_) onGuest(std::move(guest), spare);
  });
}

// ---- running ----

void Run::onGuest(Result<std::unique_ptr<Guest>> guest, bool spare) {
  if (!guest) return fail(fromError(guest.error()));
  guest_ = std::move(guest).value();
  outcome_.trace.spare = spare;
  outcome_.trace.assigned = elapsedMicros();
  startWallClock();
  outcome_.usage.isolation = guest_->zygote().process().layers();
  baselineResident_ = guest_->zygote().baselineResidentBytes();
  size_t largest = std::max({size_t{request_.limits.outputBytes}, wire::kMaxLogPayload, wire::kMaxFailurePayload});
  guest_->attach(this, largest + kFrameSlack);
  sendJob();
}

void Run::sendJob() {
  wire::Job job;
  job.modules = std::exchange(preparation_.program().modules, {});
  job.inputJson = request_.inputJson;
  job.argumentsJson = request_.argumentsJson;
  job.envJson = request_.envJson;
  job.propsJson = request_.propsJson;
  job.entrypoint = request_.entrypoint;
  job.method = request_.method;
  job.allowEval = request_.allowEval;
  job.allowWasm = request_.allowWasm;
  job.startMillis = wallClockMillis();
  job.outputBytes = request_.limits.outputBytes;
  job.logBytes = request_.limits.logBytes;
  job.wantTimings = request_.trace;
  job.waits = request_.endAtReply;
  guest_->send(wire::encodeFrame(wire::FrameType::kJob, wire::encodeJob(job)));
}

void Run::onFrame(const wire::Frame& frame) {
  if (replied_) return;  // nothing counts after the reply
  if (frame.header.stream != 0)
    return onProtocolError(Error{ErrorCode::kProtocol, "a guest sent a frame of a stream that it has not"});
  switch (static_cast<wire::FrameType>(frame.header.type)) {
    case wire::FrameType::kLog:
      return onLogFrame(frame.payload);
    case wire::FrameType::kResult:
      return onResultFrame(frame.payload);
    case wire::FrameType::kFailure:
      return onFailureFrame(frame.payload);
    case wire::FrameType::kSettled:
      return onSettledFrame(frame.payload);
    case wire::FrameType::kTimings: {
      auto timings = wire::decodeTimings(frame.payload);
      if (!timings) return onProtocolError(timings.error());
      outcome_.trace.guest = *timings;
      return;
    }
    default:
      return onProtocolError(Error{ErrorCode::kProtocol, "a guest sent a frame of an unknown type"});
  }
}

void Run::onLogFrame(std::string_view payload) {
  auto log = readLog(payload);
  if (!log) return onProtocolError(log.error());
  outcome_.usage.logBytes += log->argsJson.size();
  outcome_.logsTruncated = outcome_.logsTruncated || log->truncated;
  if (outcome_.usage.logBytes > request_.limits.logBytes + kTruncationNotice) {
    // An honest guest stops by itself. This one ignores its limit.
    return stopGuest(
        limitError(ErrorCode::kLogs, "logBytes", "the guest went on logging past its limit and was killed"));
  }
  // The line is one of the compiled source; a wrong one is worse than none.
  if (preparation_.program().movedPositions()) log->line = 0;
  if (callbacks_.onLog) callbacks_.onLog(*log);
}

void Run::onResultFrame(std::string_view payload) {
  auto result = readResult(payload, request_.limits.outputBytes);
  if (!result) return onProtocolError(result.error());
  if (lingers_) return onProtocolError(Error{ErrorCode::kProtocol, "a guest sent a second result"});
  outcome_.usage.outputBytes = result->value.json.size();
  if (result->error) return stopGuest(std::move(*result->error));
  if (result->value.defined) outcome_.resultJson = std::move(result->value.json);
  lingers_ = result->value.lingers;
  if (lingers_) return;
  warnOfTimers(result->value.pendingTimers);
  onReplied();
}

void Run::warnOfTimers(uint32_t pending) {
  if (pending == 0) return;
  outcome_.warnings.push_back(std::to_string(pending) +
                              " timer(s) were still waiting when the program returned and were cancelled; await "
                              "whatever must finish");
}

void Run::onSettledFrame(std::string_view payload) {
  auto settled = wire::decodeSettled(payload);
  if (!settled) return onProtocolError(settled.error());
  if (!lingers_) return onProtocolError(Error{ErrorCode::kProtocol, "a guest ended what it had not begun"});
  for (std::string& warning : settled->warnings) outcome_.warnings.push_back(std::move(warning));
  warnOfTimers(settled->pendingTimers);
  onReplied();
}

void Run::endEarly(const RunError& error) {
  outcome_.warnings.push_back("what was given to waitUntil was cut off: " + error.message);
  if (replied_) return;
  onReplied();
  guest_->kill();
}

void Run::onFailureFrame(std::string_view payload) {
  auto error = readFailure(payload);
  if (!error) return onProtocolError(error.error());
  if (lingers_) {  // an honest guest has only its CPU limit to report by now
    refineLimitError(*error, request_.limits);
    return endEarly(*error);
  }
  outcome_.error = std::move(error).value();
  onReplied();
}

void Run::onReplied() {
  replied_ = true;
  outcome_.trace.replied = elapsedMicros();
  noteFork();
  loop_.cancel(wallTimer_);
  lingerTimer_ = loop_.at(monotonicNow() + kLinger, [this] { killGuest(); });
  if (callbacks_.onReply) callbacks_.onReply();
  zygotes_.refillWhenQuiet();
  if (request_.endAtReply && !outcome_.error) endNow();
}

// The guest waits to be ended, so its account can be read. One that has ended by itself is waited for as ever.
void Run::endNow() {
  auto account = guest_->account();
  if (!account) return killGuest();
  outcome_.trace.reaped = elapsedMicros();
  outcome_.usage.cpuUserNanos = account->cpuNanos;
  outcome_.usage.cpuInOne = true;
  noteMemory(account->peakBytes);
  guest_->attach(nullptr, 0);
  guest_->kill();
  finish();
}

void Run::noteMemory(uint64_t peakBytes) {
  outcome_.usage.residentBytes = peakBytes;
  outcome_.usage.peakMemoryBytes = peakBytes - std::min(peakBytes, baselineResident_);
}

void Run::noteFork() {
  if (outcome_.trace.spare || !guest_->forked() || outcome_.trace.forked > 0) return;
  outcome_.trace.forked =
      static_cast<double>(duration_cast<Nanoseconds>(guest_->forkedAt() - submitted_).count()) / 1e3;
}

void Run::onProtocolError(const Error& error) {
  RunError broken = fromError(error);
  broken.message += "; the guest was killed";
  stopGuest(std::move(broken));
}

// Our own verdict: it stands, whatever the guest may still say.
void Run::stopGuest(RunError error) {
  if (finished_ || replied_) return;
  replied_ = true;
  outcome_.error = std::move(error);
  outcome_.resultJson.reset();
  outcome_.trace.replied = elapsedMicros();
  loop_.cancel(wallTimer_);
  if (callbacks_.onReply) callbacks_.onReply();
  if (guest_ == nullptr) return finish();
  killGuest();
}

// The outcome waits for the kernel's account, but no longer than a zygote may take to answer twice: to have forked the
// guest, and to have reaped it.
void Run::killGuest() {
  guest_->kill();
  loop_.cancel(lingerTimer_);
  lingerTimer_ = loop_.at(monotonicNow() + 2 * zygotes_.answerLimit(), [this] {
    exit_.lost = true;
    guest_.reset();
    conclude();
  });
}

void Run::cancel() { stopGuest(fromError(Error{ErrorCode::kCancelled, "the run was cancelled by its caller"})); }

void Run::onExit(const GuestExit& exit) {
  zygotes_.refillWhenQuiet();
  loop_.cancel(lingerTimer_);
  exit_ = exit;
  noteFork();
  outcome_.trace.reaped = elapsedMicros();
  outcome_.usage.cpuUserNanos = exit.userNanos;
  outcome_.usage.cpuSystemNanos = exit.systemNanos;
  noteMemory(exit.peakBytes);
  conclude();
}

// ---- ended ----

void Run::conclude() {
  if (exit_.lost && replied_) {
    outcome_.warnings.emplace_back("the end of the guest was not reported, so its usage is not known");
  }
  if (!replied_ && lingers_) {
    replied_ = true;
    outcome_.trace.replied = outcome_.trace.reaped;
    endEarly(explainDeath(exit_, request_.limits, baselineResident_));
  } else if (!replied_) {
    outcome_.trace.replied = outcome_.trace.reaped;
    outcome_.error = explainDeath(exit_, request_.limits, baselineResident_);
  } else if (outcome_.error) {
    bool claimsCpu = outcome_.error->code == ErrorCode::kCpu;
    if (claimsCpu && !exit_.lost && exit_.cpuNanos() < static_cast<uint64_t>(request_.limits.cpu.count()) / 10 * 9) {
      outcome_.error = fromError(Error{ErrorCode::kProtocol, "a guest claimed a CPU limit that it had not reached"});
    }
    refineLimitError(*outcome_.error, request_.limits);
  }
  if (!outcome_.error) return finish();
  location_.locate(std::move(*outcome_.error), [this](RunError error) {
    outcome_.error = std::move(error);
    finish();
  });
}

void Run::fail(RunError error) {
  outcome_.error = std::move(error);
  if (callbacks_.onReply) callbacks_.onReply();
  finish();
}

void Run::finish() {
  if (std::exchange(finished_, true)) return;
  loop_.cancel(wallTimer_);
  loop_.cancel(lingerTimer_);
  outcome_.usage.wallNanos = static_cast<uint64_t>(
      duration_cast<Nanoseconds>(monotonicNow() - (began_ != MonotonicTime{} ? began_ : submitted_)).count());
  outcome_.usage.memoryByteMillis = static_cast<uint64_t>(static_cast<double>(outcome_.usage.peakMemoryBytes) *
                                                          static_cast<double>(outcome_.usage.wallNanos) / 1e6);
  // Not from inside a callback of the guest: the owner lets us go, and the guest with us.
  loop_.later([this, alive = alive_] {
    if (!*alive) return;
    if (callbacks_.onDone) callbacks_.onDone(std::move(outcome_));
    onFinished_(this);
  });
}

}  // namespace mayfly
