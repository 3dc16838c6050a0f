// SPDX-License-Identifier: Apache-2.0
// The same measurements of workerd: the same snippet, a dynamic worker of its own for each text, every value checked.

#include <algorithm>
#include <cmath>
#include <thread>

#include "bench/machine.h"
#include "bench/rival.h"
#include "bench/section.h"
#include "bench/snippet.h"

namespace mayfly::bench {
namespace {

constexpr size_t kWarmUps = 50;
constexpr double kMegabyte = 1U << 20U;

Result<void> expectAnswer(HttpClient& client, const std::string& path, const std::string& body,
                          const std::string& expected) {
  auto answer = client.post(path, body);
  if (!answer) return std::move(answer).error();
  if (*answer == expected) return {};
  return Error{ErrorCode::kInternal, "the rival answered " + *answer + " instead of " + expected};
}

Result<void> oneFresh(HttpClient& client) {
  uint64_t nonce = nextNonce();
  return expectAnswer(client, "/fresh", snippetText(nonce), snippetResult(nonce));
}

struct Arrangement {
  size_t processes = 1;
  size_t connections = 1;  // to each process

  [[nodiscard]] std::string text() const {
    return std::to_string(processes) + (processes == 1 ? " process" : " processes") + " x " +
           std::to_string(connections) + (connections == 1 ? " connection" : " connections");
  }
};

struct Tally {
  size_t counted = 0;
  Result<void> failed;
};

void keepAsking(HttpClient client, MonotonicTime countFrom, MonotonicTime end, Tally& tally) {
  while (monotonicNow() < end) {
    tally.failed = oneFresh(client);
    if (!tally.failed) return;
    MonotonicTime now = monotonicNow();
    if (now >= countFrom && now < end) ++tally.counted;
  }
}

Result<double> rateOf(const Section& section, const Arrangement& arrangement) {
  std::vector<std::unique_ptr<Rival>> rivals;
  std::vector<HttpClient> clients;
  for (size_t i = 0; i < arrangement.processes; ++i) {
    auto rival = Rival::start(section.workerd, section.sources);
    if (!rival) return std::move(rival).error();
    for (size_t c = 0; c < arrangement.connections; ++c) {
      auto client = (*rival)->connect();
      if (!client) return std::move(client).error();
      for (size_t warm = 0; warm < 10; ++warm) MAYFLY_TRY(oneFresh(*client));
      clients.push_back(std::move(client).value());
    }
    rivals.push_back(std::move(rival).value());
  }
  MonotonicTime countFrom = monotonicNow() + std::chrono::milliseconds(300);
  MonotonicTime end = countFrom + std::chrono::milliseconds(section.pick(1000, 3000));
  std::vector<Tally> tallies(clients.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < clients.size(); ++i) {
    threads.emplace_back(keepAsking, std::move(clients[i]), countFrom, end, std::ref(tallies[i]));
  }
  for (std::thread& thread : threads) thread.join();
  size_t counted = 0;
  for (Tally& tally : tallies) {
    MAYFLY_TRY(std::move(tally.failed));
    counted += tally.counted;
  }
  return static_cast<double>(counted) / std::chrono::duration<double>(end - countFrom).count();
}

struct BestRate {
  double rate = 0;
  std::string how;
};

Result<BestRate> bestRate(Section& section, size_t processes) {
  BestRate best;
  for (size_t connections : {size_t{1}, size_t{2}, size_t{4}}) {
    Arrangement arrangement{processes, connections};
    section.progress("workerd, fresh workers per second: " + arrangement.text());
    auto rate = rateOf(section, arrangement);
    if (!rate) return std::move(rate).error();
    if (*rate > best.rate) best = {*rate, arrangement.text()};
  }
  return best;
}

}  // namespace

Result<void> measureRivalFresh(Section& section) {
  section.progress("workerd, a fresh dynamic worker");
  auto rival = Rival::start(section.workerd, section.sources);
  if (!rival) return std::move(rival).error();
  auto client = (*rival)->connect();
  if (!client) return std::move(client).error();
  std::vector<double> times;
  for (size_t i = 0; i < kWarmUps + section.pick(200, 1500); ++i) {
    MonotonicTime begin = monotonicNow();
    MAYFLY_TRY(oneFresh(*client));
    if (i >= kWarmUps) times.push_back(std::chrono::duration<double, std::milli>(monotonicNow() - begin).count());
  }
  section.results.add({"a.workerd", "workerd: fresh dynamic worker, request in to value out", "ms",
                       summarize(std::move(times)),
                       "the same snippet in the body of a request over a Unix socket, one keep-alive connection, "
                       "LOADER.load() of a new text each time"});
  return {};
}

Result<void> measureRivalRate(Section& section) {
  auto one = bestRate(section, 1);
  if (!one) return std::move(one).error();
  auto two = bestRate(section, 2);
  if (!two) return std::move(two).error();
  section.results.add({"b.workerd", "workerd: fresh dynamic workers per second, one server", "1/s", single(one->rate),
                       "the best of a sweep, " + one->how + "; workerd runs its workers on one thread"});
  section.results.add({"b.workerd.two", "workerd: the same with two servers, one for each core", "1/s",
                       single(two->rate), "the best of a sweep, " + two->how});
  return {};
}

Result<void> measureRivalMemory(Section& section) {
  size_t count = section.pick(200, 1000);
  section.progress("workerd, memory of " + std::to_string(count) + " live dynamic workers");
  auto rival = Rival::start(section.workerd, section.sources);
  if (!rival) return std::move(rival).error();
  auto client = (*rival)->connect();
  if (!client) return std::move(client).error();
  for (size_t i = 0; i < kWarmUps; ++i) MAYFLY_TRY(oneFresh(*client));
  uint64_t before = settledMemAvailable();
  // A live worker counts its calls, so the second round proves that each is the one of the first.
  for (const char* calls : {"1", "2"}) {
    for (size_t i = 0; i < count; ++i) {
      MAYFLY_TRY(expectAnswer(*client, "/kept", std::to_string(i),
                              R"({"id":")" + std::to_string(i) + R"(","calls":)" + calls + "}"));
    }
  }
  uint64_t during = settledMemAvailable();
  double each = (static_cast<double>(before) - static_cast<double>(during)) / kMegabyte / static_cast<double>(count);
  section.results.add({"c.workerd", "workerd: memory per live dynamic worker", "MB", single(each),
                       "the fall of MemAvailable over " + std::to_string(count) +
                           " workers kept by LOADER.get(); each was called twice and remembered the first call"});
  return {};
}

}  // namespace mayfly::bench
