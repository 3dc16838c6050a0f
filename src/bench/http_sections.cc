// SPDX-License-Identifier: Apache-2.0
// The daemon through HTTP, side by side with workerd: the same client, the same snippet, a Unix socket each, every
// value checked. One connection for latency, eight for rate.

#include <thread>

#include "bench/rival.h"
#include "bench/section.h"
#include "bench/served.h"
#include "bench/snippet.h"

namespace mayfly::bench {
namespace {

constexpr size_t kWarmUps = 50;
constexpr size_t kConnections = 8;

// One request, answered right or not.
using Ask = std::function<Result<void>(HttpClient&)>;
using Connect = std::function<Result<HttpClient>()>;

Result<void> contains(const Result<std::string>& answer, const std::string& expected) {
  if (!answer) return Error{answer.error()};
  if (answer.value().find(expected) != std::string::npos) return {};
  return Error{ErrorCode::kInternal, "a server answered " + answer.value() + " instead of " + expected};
}

Result<std::vector<double>> latencies(const Connect& connect, const Ask& ask, size_t count) {
  auto client = connect();
  if (!client) return std::move(client).error();
  std::vector<double> times;
  for (size_t i = 0; i < kWarmUps + count; ++i) {
    MonotonicTime begin = monotonicNow();
    MAYFLY_TRY(ask(*client));
    if (i >= kWarmUps) times.push_back(std::chrono::duration<double, std::milli>(monotonicNow() - begin).count());
  }
  return times;
}

struct Tally {
  size_t counted = 0;
  Result<void> failed;
};

void keepAsking(HttpClient client, const Ask& ask, MonotonicTime countFrom, MonotonicTime end, Tally& tally) {
  while (monotonicNow() < end) {
    tally.failed = ask(client);
    if (!tally.failed) return;
    MonotonicTime now = monotonicNow();
    if (now >= countFrom && now < end) ++tally.counted;
  }
}

Result<double> rate(const Connect& connect, const Ask& ask, std::chrono::milliseconds length) {
  std::vector<HttpClient> clients;
  for (size_t i = 0; i < kConnections; ++i) {
    auto client = connect();
    if (!client) return std::move(client).error();
    for (size_t warm = 0; warm < 10; ++warm) MAYFLY_TRY(ask(*client));
    clients.push_back(std::move(client).value());
  }
  MonotonicTime countFrom = monotonicNow() + std::chrono::milliseconds(300);
  MonotonicTime end = countFrom + length;
  std::vector<Tally> tallies(clients.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < clients.size(); ++i) {
    threads.emplace_back(keepAsking, std::move(clients[i]), std::cref(ask), countFrom, end, std::ref(tallies[i]));
  }
  for (std::thread& thread : threads) thread.join();
  size_t counted = 0;
  for (Tally& tally : tallies) {
    MAYFLY_TRY(std::move(tally.failed));
    counted += tally.counted;
  }
  return static_cast<double>(counted) / std::chrono::duration<double>(end - countFrom).count();
}

Result<void> freshRun(HttpClient& client) {
  uint64_t nonce = nextNonce();
  return contains(client.post("/v1/run", programDocument(snippetText(nonce)), "Content-Type: application/json\r\n"),
                  "\"result\":" + snippetResult(nonce));
}

Result<void> freshRival(HttpClient& client) {
  uint64_t nonce = nextNonce();
  return contains(client.post("/fresh", snippetText(nonce)), snippetResult(nonce));
}

constexpr std::string_view kCounting = R"js(let calls = 0;
export default { async fetch() { return Response.json({ id: "kept", calls: ++calls }); } };)js";

Result<void> warmRun(HttpClient& client) {
  return contains(client.get("/v1/workers/kept/fetch/"), R"({"id":"kept","calls":)");
}
Result<void> warmRival(HttpClient& client) {
  return contains(client.post("/kept", "kept"), R"({"id":"kept","calls":)");
}

struct Measured {
  const char* letter;
  const char* what;
  const char* how;
};

Result<void> measureBoth(Section& section, const Measured& measured, const Connect& connect, const Ask& ask) {
  std::string id = measured.letter;
  section.progress(std::string(measured.what) + ", one connection");
  auto times = latencies(connect, ask, section.pick(200, 1500));
  if (!times) return std::move(times).error();
  section.results.add(
      {id, std::string(measured.what) + ", one connection", "ms", summarize(std::move(times).value()), measured.how});
  section.progress(std::string(measured.what) + ", eight connections");
  auto perSecond = rate(connect, ask, std::chrono::milliseconds(section.pick(1000, 4000)));
  if (!perSecond) return std::move(perSecond).error();
  section.results.add({id + ".rate", std::string(measured.what) + ", eight connections", "1/s", single(*perSecond),
                       "requests that were answered right, per second"});
  return {};
}

}  // namespace

Result<void> measureHttp(Section& section) {
  auto served = Served::start(section, "spares = 4\n");
  if (!served) return std::move(served).error();
  Connect connect = [&] { return (*served)->connect(); };
  MAYFLY_TRY(measureBoth(section,
                         {"j.fresh", "HTTP: fresh sandbox per request",
                          "POST /v1/run of a new text each time, 4 spares, one after the other; the answer waits for "
                          "the usage and for its record in the ledger"},
                         connect, freshRun));
  auto client = connect();
  if (!client) return std::move(client).error();
  auto put = client->request("PUT", "/v1/workers/kept", programDocument(std::string(kCounting)),
                             "Content-Type: application/json\r\n");
  if (!put) return std::move(put).error();
  if (put->status != 201) return Error{ErrorCode::kInternal, "the worker was not loaded: " + put->body};
  return measureBoth(section, {"k.warm", "HTTP: warm worker's fetch", "GET /v1/workers/kept/fetch/"}, connect, warmRun);
}

Result<void> measureRivalHttp(Section& section) {
  auto rival = Rival::start(section.workerd, section.sources);
  if (!rival) return std::move(rival).error();
  Connect connect = [&] { return (*rival)->connect(); };
  MAYFLY_TRY(measureBoth(
      section, {"j.workerd", "workerd: fresh dynamic worker per request", "LOADER.load() of a new text each time"},
      connect, freshRival));
  return measureBoth(section, {"k.workerd", "workerd: warm dynamic worker", "LOADER.get() of one id"}, connect,
                     warmRival);
}

}  // namespace mayfly::bench
