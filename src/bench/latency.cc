// SPDX-License-Identifier: Apache-2.0
// Job in to result out, one run at a time, and the floor below it.

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "base/syscall.h"
#include "base/unique_fd.h"
#include "bench/section.h"
#include "bench/snippet.h"

namespace mayfly::bench {
namespace {

constexpr size_t kWarmUps = 50;
constexpr size_t kSpares = 4;

double millis(double micros) { return micros / 1e3; }

// The exit of a guest that does nothing.
class FloorGuest final : public Guest::Listener {
 public:
  void onFrame(const wire::Frame& frame) override { (void)frame; }
  void onProtocolError(const Error& error) override { (void)error; }
  void onExit(const GuestExit& exit) override {
    exit_ = exit;
    ended_ = true;
  }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] bool clean() const {
    return !exit_.lost && WIFEXITED(exit_.waitStatus) && WEXITSTATUS(exit_.waitStatus) == 0;
  }
  [[nodiscard]] double cpuMillis() const { return static_cast<double>(exit_.cpuNanos()) / 1e6; }

 private:
  GuestExit exit_;
  bool ended_ = false;
};

// Echoes what arrives until the other end is closed.
void echo(int socket) {
  std::array<char, 64> bytes{};
  for (;;) {
    ssize_t count = retryEintr([&] { return ::read(socket, bytes.data(), bytes.size()); });
    if (count <= 0 || ::write(socket, bytes.data(), static_cast<size_t>(count)) != count) return;
  }
}

Result<std::vector<double>> roundTrips(int socket, size_t count) {
  std::vector<double> times;
  std::array<char, 64> bytes{};
  for (size_t i = 0; i < kWarmUps + count; ++i) {
    MonotonicTime begin = monotonicNow();
    bool sent = ::write(socket, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
    if (!sent || retryEintr([&] { return ::read(socket, bytes.data(), bytes.size()); }) <= 0) return errnoError("echo");
    if (i >= kWarmUps) times.push_back(std::chrono::duration<double, std::milli>(monotonicNow() - begin).count());
  }
  return times;
}

// What any message between two processes of this machine costs, there and back.
Result<void> measureRoundTrip(Section& section) {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return errnoError("socketpair");
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  std::thread other(echo, theirs.get());
  auto times = roundTrips(ours.get(), section.pick(300, 3000));
  ours.reset();
  other.join();
  if (!times) return std::move(times).error();
  section.results.add({"g.echo", "for comparison: a message to a sleeping thread and back", "ms",
                       summarize(std::move(times).value()),
                       "64 bytes through a Unix socket pair; every run pays for at least one such round trip"});
  return {};
}

// Job in to result out, each from a spare.
Result<std::vector<double>> runFromSpares(Daemon& daemon, size_t count, RunRequest (*request)(uint64_t),
                                          std::string (*result)(uint64_t)) {
  std::vector<double> replies;
  for (size_t i = 0; i < kWarmUps + count; ++i) {
    MAYFLY_TRY(daemon.awaitSpares(kSpares));
    uint64_t nonce = nextNonce();
    auto ran = daemon.runChecked(request(nonce), result(nonce));
    if (!ran) return std::move(ran).error();
    if (!ran->outcome.trace.spare) return Error{ErrorCode::kInternal, "a run got no spare although one was ready"};
    if (i >= kWarmUps) replies.push_back(millis(ran->replyMicros));
  }
  return replies;
}

}  // namespace

Result<void> measureFresh(Section& section) {
  section.progress("a fresh sandbox, without spares");
  SchedulerOptions options = section.scheduler;
  options.spares = 0;
  auto daemon = Daemon::start(options);
  if (!daemon) return std::move(daemon).error();
  size_t count = section.pick(300, 3000);
  std::vector<double> replies;
  std::vector<double> ends;
  for (size_t i = 0; i < kWarmUps + count; ++i) {
    uint64_t nonce = nextNonce();
    auto ran = (*daemon)->runChecked(snippetRequest(nonce), snippetResult(nonce));
    if (!ran) return std::move(ran).error();
    if (i < kWarmUps) continue;
    replies.push_back(millis(ran->replyMicros));
    ends.push_back(millis(ran->outcome.trace.reaped));
  }
  section.results.add({"a.fresh", "fresh sandbox, no spares: job in to result out", "ms", summarize(std::move(replies)),
                       "one at a time, each a new text; from submit() to the result at the daemon's socket"});
  section.results.add(
      {"a.fresh.gone", "the same until its process is gone and its usage known", "ms", summarize(std::move(ends)), ""});
  return {};
}

Result<void> measureSpares(Section& section) {
  section.progress("a fresh sandbox, from a spare");
  SchedulerOptions options = section.scheduler;
  options.spares = kSpares;
  auto daemon = Daemon::start(options);
  if (!daemon) return std::move(daemon).error();
  size_t count = section.pick(300, 3000);
  auto least = runFromSpares(**daemon, count, leastRequest, leastResult);
  if (!least) return std::move(least).error();
  auto snippets = runFromSpares(**daemon, count, snippetRequest, snippetResult);
  if (!snippets) return std::move(snippets).error();
  section.results.add(
      {"a.spares", "fresh sandbox from a spare: job in to result out", "ms", summarize(std::move(least).value()),
       "the least program, `async () => 17`, with another number each time. Paced: each job waits until "
       "all " +
           std::to_string(kSpares) +
           " spares are forked and rehearsed again, so it meets an idle machine; the work of making a "
           "spare is moved, not saved"});
  section.results.add({"a.spares.snippet", "the same with the snippet above", "ms",
                       summarize(std::move(snippets).value()), "as before"});
  return {};
}

Result<void> measureFloor(Section& section) {
  section.progress("the floor: fork, exit, wait");
  auto daemon = Daemon::start(section.scheduler);
  if (!daemon) return std::move(daemon).error();
  ZygotePool& pool = (*daemon)->scheduler().zygotes();
  size_t count = section.pick(300, 3000);
  std::vector<double> times;
  std::vector<double> cpu;
  for (size_t i = 0; i < kWarmUps + count; ++i) {
    FloorGuest listener;
    MonotonicTime begin = monotonicNow();
    auto guest = pool.forkFloor();
    if (!guest) return std::move(guest).error();
    (*guest)->attach(&listener, 0);
    MAYFLY_TRY((*daemon)->until([&] { return listener.ended(); }, "a guest that exits at once"));
    double elapsed = std::chrono::duration<double, std::milli>(monotonicNow() - begin).count();
    if (!listener.clean()) return Error{ErrorCode::kInternal, "a guest that exits at once did not exit cleanly"};
    if (i < kWarmUps) continue;
    times.push_back(elapsed);
    cpu.push_back(listener.cpuMillis());
  }
  section.results.add(
      {"g.floor", "floor: fork, exit and wait of the same zygote", "ms", summarize(std::move(times)),
       "a guest that exits as its first act, from the daemon's request to its exit status at the daemon"});
  section.results.add({"g.floor.cpu", "CPU time of such a guest", "ms", summarize(std::move(cpu)), "wait4"});
  return measureRoundTrip(section);
}

}  // namespace mayfly::bench
