// SPDX-License-Identifier: Apache-2.0
// Fresh sandboxes per second with both cores busy. A daemon is one thread and one zygote; two of them in two threads
// are tried too. The objects of each are used by its own thread only.

#include <algorithm>
#include <cmath>
#include <thread>

#include "base/quantity.h"
#include "bench/section.h"
#include "bench/snippet.h"

namespace mayfly::bench {
namespace {

struct Arrangement {
  size_t daemons = 1;
  size_t window = 1;  // runs in flight, per daemon

  [[nodiscard]] std::string text() const {
    return std::to_string(daemons) + (daemons == 1 ? " zygote" : " zygotes") + " x " + std::to_string(window) +
           " in flight";
  }
};

struct Period {
  MonotonicTime countFrom;
  MonotonicTime end;

  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(end - countFrom).count(); }
};

// Keeps `window` runs in flight and counts those that end, with the right value, in the period.
class Stream {
 public:
  Stream(Daemon& daemon, Period period) : daemon_(daemon), period_(period) {}

  void drive(size_t window) {
    for (size_t i = 0; i < window; ++i) submit();
    failed_ = daemon_.until([this] { return inFlight_ == 0; }, "the last runs");
  }
  [[nodiscard]] size_t counted() const { return counted_; }
  [[nodiscard]] const Result<void>& failed() const { return failed_.ok() ? wrong_ : failed_; }

 private:
  void submit() {
    uint64_t nonce = nextNonce();
    RunCallbacks callbacks;
    callbacks.onDone = [this, nonce](const Outcome& outcome) { onDone(outcome, nonce); };
    ++inFlight_;
    daemon_.scheduler().submit(snippetRequest(nonce), std::move(callbacks));
  }

  void onDone(const Outcome& outcome, uint64_t nonce) {
    --inFlight_;
    MonotonicTime now = monotonicNow();
    if (auto right = checkOutcome(outcome, snippetResult(nonce)); !right) wrong_ = std::move(right);
    if (now >= period_.countFrom && now < period_.end) ++counted_;
    if (now < period_.end && wrong_.ok()) submit();
  }

  Daemon& daemon_;
  Period period_;
  size_t inFlight_ = 0;
  size_t counted_ = 0;
  Result<void> wrong_;
  Result<void> failed_;
};

// `daemons` have been started on this thread, whose end would end their zygotes; each stream gets its own thread.
Result<double> rateOf(std::vector<std::unique_ptr<Daemon>>& daemons, const Arrangement& arrangement,
                      std::chrono::milliseconds length) {
  constexpr std::chrono::milliseconds kRampUp{300};
  MonotonicTime begin = monotonicNow() + kRampUp;
  Period period{begin, begin + length};
  std::vector<std::unique_ptr<Stream>> streams;
  std::vector<std::thread> threads;
  for (size_t i = 0; i < arrangement.daemons; ++i) streams.push_back(std::make_unique<Stream>(*daemons[i], period));
  for (auto& stream : streams) {
    threads.emplace_back([&stream, window = arrangement.window] { stream->drive(window); });
  }
  for (std::thread& thread : threads) thread.join();
  size_t counted = 0;
  for (auto& stream : streams) {
    MAYFLY_TRY(Result<void>(stream->failed()));
    counted += stream->counted();
  }
  return static_cast<double>(counted) / period.seconds();
}

}  // namespace

Result<void> measureRate(Section& section) {
  SchedulerOptions options = section.scheduler;
  options.spares = 0;
  std::vector<std::unique_ptr<Daemon>> daemons;
  for (size_t i = 0; i < 2; ++i) {
    auto daemon = Daemon::start(options);
    if (!daemon) return std::move(daemon).error();
    daemons.push_back(std::move(daemon).value());
  }
  std::chrono::milliseconds length(section.pick(1000, 4000));
  double best = 0;
  Arrangement bestArrangement;
  std::string all;
  for (size_t count : {size_t{1}, size_t{2}}) {
    for (size_t window : {size_t{2}, size_t{4}, size_t{8}, size_t{16}}) {
      Arrangement arrangement{count, window};
      section.progress("sandboxes per second: " + arrangement.text());
      auto rate = rateOf(daemons, arrangement, length);
      if (!rate) return std::move(rate).error();
      all += (all.empty() ? "" : "; ") + arrangement.text() + " " + std::to_string(std::lround(*rate));
      if (*rate <= best) continue;
      best = *rate;
      bestArrangement = arrangement;
    }
  }
  section.results.add({"b.rate", "fresh sandboxes per second, both cores busy", "1/s", single(best),
                       "the best of a sweep, " + bestArrangement.text() +
                           "; no spares; a run counts when its process is "
                           "gone and its value was right. All: " +
                           all});
  return {};
}

}  // namespace mayfly::bench
