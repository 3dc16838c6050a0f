// SPDX-License-Identifier: Apache-2.0
// A canary's latency alone and beside one bad neighbour, which is started again whenever it dies. All of them belong
// to the same daemon and the same zygote.

#include "bench/section.h"
#include "bench/snippet.h"

namespace mayfly::bench {
namespace {

constexpr std::chrono::milliseconds kPace{12};
constexpr size_t kWarmUps = 20;

struct Neighbour {
  const char* id;
  const char* what;
  const char* text;  // empty: none
};
constexpr Neighbour kNeighbours[] = {
    {"f.alone", "canary alone", ""},
    {"f.loop", "canary beside a loop", "async () => { for (;;); }"},
    {"f.memory", "canary beside a memory bomb",
     "async () => { const kept = []; for (;;) kept.push(new Array(10000).fill(kept.length)); }"},
    {"f.logs", "canary beside a flood of logs",
     "async () => { for (let i = 0; ; i++) console.log('flood', i, 'x'.repeat(400)); }"},
};

// Limits that let a neighbour do its worst for long.
Limits generous() {
  Limits limits;
  limits.cpu = std::chrono::seconds(5);
  limits.logBytes = 64U << 20U;
  return limits;
}

// Runs a program again and again until stop().
class Nuisance {
 public:
  Nuisance(Daemon& daemon, std::string text) : daemon_(daemon), text_(std::move(text)) {
    if (!text_.empty()) submit();
  }
  Result<void> stop() {
    stopping_ = true;
    if (running_) daemon_.scheduler().cancel(id_);
    return daemon_.until([this] { return !running_; }, "a neighbour to end");
  }
  [[nodiscard]] size_t runs() const { return runs_; }

 private:
  void submit() {
    RunRequest request = programRequest(text_);
    request.limits = generous();
    RunCallbacks callbacks;
    callbacks.onLog = [](const wire::LogRecord&) {};
    callbacks.onDone = [this](const Outcome&) {
      running_ = false;
      if (!stopping_) submit();
    };
    running_ = true;
    ++runs_;
    id_ = daemon_.scheduler().submit(std::move(request), std::move(callbacks));
  }

  Daemon& daemon_;
  std::string text_;
  uint64_t id_ = 0;
  size_t runs_ = 0;
  bool running_ = false;
  bool stopping_ = false;
};

Result<std::vector<double>> sampleCanary(Daemon& daemon, size_t count) {
  std::vector<double> replies;
  MonotonicTime next = monotonicNow();
  for (size_t i = 0; i < kWarmUps + count; ++i) {
    next = std::max(next + kPace, monotonicNow());
    daemon.loop().runUntil([] { return false; }, next);
    uint64_t nonce = nextNonce();
    auto ran = daemon.runChecked(snippetRequest(nonce), snippetResult(nonce));
    if (!ran) return std::move(ran).error();
    if (i >= kWarmUps) replies.push_back(ran->replyMicros / 1e3);
  }
  return replies;
}

}  // namespace

Result<void> measureNeighbours(Section& section) {
  SchedulerOptions options = section.scheduler;
  options.spares = 0;
  auto daemon = Daemon::start(options);
  if (!daemon) return std::move(daemon).error();
  for (const Neighbour& neighbour : kNeighbours) {
    section.progress(neighbour.what);
    Nuisance nuisance(**daemon, neighbour.text);
    auto replies = sampleCanary(**daemon, section.pick(150, 600));
    MAYFLY_TRY(nuisance.stop());
    if (!replies) return std::move(replies).error();
    std::string how = nuisance.runs() == 0 ? "one run about every 12 ms, no spares, job in to result out"
                                           : "the neighbour was started " + std::to_string(nuisance.runs()) + " times";
    section.results.add({neighbour.id, neighbour.what, "ms", summarize(std::move(replies).value()), how});
  }
  return {};
}

}  // namespace mayfly::bench
