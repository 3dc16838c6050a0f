// SPDX-License-Identifier: Apache-2.0
// Warm workers in number: their memory, and that all of them answer. And what a kill of the daemon costs.

#include "bench/machine.h"
#include "bench/section.h"
#include "bench/served.h"
#include "bench/snippet.h"

namespace mayfly::bench {
namespace {

constexpr double kGigabyte = 1U << 30U;
constexpr const char* kJson = "Content-Type: application/json\r\n";

std::string countingProgram(size_t number) {
  return "// task " + std::to_string(nextNonce()) +
         "\nlet calls = 0;\nexport default { async fetch() { return Response.json({ id: " + std::to_string(number) +
         ", calls: ++calls }); } };";
}

std::string workerPath(size_t number) { return "/v1/workers/bench-" + std::to_string(number); }

Result<void> load(HttpClient& client, size_t number) {
  auto reply = client.request("PUT", workerPath(number), programDocument(countingProgram(number)), kJson);
  if (!reply) return std::move(reply).error();
  if (reply->status == 201) return {};
  return Error{ErrorCode::kInternal, "a worker was not loaded: " + reply->body};
}

// Its own number, and how often it was asked: so each is the one of before.
Result<void> ask(HttpClient& client, size_t number, size_t calls) {
  auto answer = client.get(workerPath(number) + "/fetch/");
  if (!answer) return std::move(answer).error();
  if (*answer == "{\"id\":" + std::to_string(number) + ",\"calls\":" + std::to_string(calls) + "}") return {};
  return Error{ErrorCode::kInternal, "worker " + std::to_string(number) + " answered " + *answer};
}

}  // namespace

Result<void> measureWarmCrowd(Section& section) {
  size_t count = section.pick(200, 2000);
  raiseDescriptorLimit(20'000);
  auto served = Served::start(section, "[workers]\nmemory = \"8GB\"\n[tenants]\nconcurrent = 4096\n");
  if (!served) return std::move(served).error();
  auto client = (*served)->connect();
  if (!client) return std::move(client).error();
  MAYFLY_TRY(load(*client, count));
  MAYFLY_TRY(ask(*client, count, 1));
  uint64_t before = settledMemAvailable();
  for (size_t i = 0; i < count; ++i) {
    if (i % 100 == 0) section.progress("warm workers: " + std::to_string(i) + " of " + std::to_string(count));
    MAYFLY_TRY(load(*client, i));
    MAYFLY_TRY(ask(*client, i, 1));
  }
  for (size_t i = 0; i < count; ++i) MAYFLY_TRY(ask(*client, i, 2));
  uint64_t during = settledMemAvailable();
  double taken = (static_cast<double>(before) - static_cast<double>(during)) / kGigabyte;
  section.results.add({"m.warm", "warm workers at once, all answering", "", single(static_cast<double>(count)),
                       "each was asked twice through HTTP, and remembered the first time"});
  section.results.add({"m.warm.memory", "memory of that many warm workers", "GB", single(taken),
                       "the fall of MemAvailable; the daemon's own records included"});
  section.results.add({"m.warm.memory.each", "memory of each", "MB", single(taken * 1024 / static_cast<double>(count)),
                       "the same, divided"});
  return {};
}

Result<void> measureRestart(Section& section) {
  section.progress("kill -9 of the daemon, and its return");
  auto served = Served::start(section, "");
  if (!served) return std::move(served).error();
  std::vector<double> times;
  for (size_t i = 0; i < section.pick(2, 5); ++i) {
    auto taken = (*served)->killAndRestart(section);
    if (!taken) return std::move(taken).error();
    times.push_back(taken->count() * 1e3);
  }
  section.results.add({"o.restart", "the daemon's return after kill -9", "ms", summarize(std::move(times)),
                       "from the start of the new process to its answer of /healthz; the ledger is recovered"});
  return {};
}

}  // namespace mayfly::bench
