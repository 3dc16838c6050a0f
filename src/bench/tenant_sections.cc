// SPDX-License-Identifier: Apache-2.0
// A tenant's latency alone and beside another one that loops, bombs memory and floods requests, all at once, through
// one daemon.

#include <atomic>
#include <thread>

#include "bench/section.h"
#include "bench/served.h"
#include "bench/snippet.h"

namespace mayfly::bench {
namespace {

constexpr std::chrono::milliseconds kPace{12};
constexpr size_t kWarmUps = 20;
constexpr size_t kFloods = 8;

std::string headersWith(const std::string& key) {
  return "Content-Type: application/json\r\nAuthorization: Bearer " + key + "\r\n";
}

std::string hostile(const char* text, const char* limits) {
  std::string document = programDocument(text);
  document.pop_back();
  return document + ",\"limits\":" + limits + "}";
}

// Sends one document again and again on a connection of its own; refusals are expected.
void pester(HttpClient client, const std::string& headers, const std::string& document, const std::atomic<bool>& stop,
            std::atomic<size_t>& sent) {
  while (!stop) {
    if (!client.request("POST", "/v1/run", document, headers).ok()) return;
    ++sent;
  }
}

Result<std::vector<double>> sampleCanary(const Served& served, const std::string& headers, size_t count) {
  auto client = served.connect();
  if (!client) return std::move(client).error();
  std::vector<double> times;
  MonotonicTime next = monotonicNow();
  for (size_t i = 0; i < kWarmUps + count; ++i) {
    next = std::max(next + kPace, monotonicNow());
    std::this_thread::sleep_until(next);
    uint64_t nonce = nextNonce();
    MonotonicTime begin = monotonicNow();
    auto answer = client->post("/v1/run", programDocument(snippetText(nonce)), headers);
    if (!answer) return std::move(answer).error();
    if (answer->find("\"result\":" + snippetResult(nonce)) == std::string::npos) {
      return Error{ErrorCode::kInternal, "the canary answered " + *answer};
    }
    if (i >= kWarmUps) times.push_back(std::chrono::duration<double, std::milli>(monotonicNow() - begin).count());
  }
  return times;
}

}  // namespace

Result<void> measureTenants(Section& section) {
  auto served = Served::start(section, "spares = 2\n");
  if (!served) return std::move(served).error();
  auto good = (*served)->createKey("canary");
  if (!good) return std::move(good).error();
  auto bad = (*served)->createKey("nuisance");
  if (!bad) return std::move(bad).error();
  section.progress("a tenant alone");
  auto alone = sampleCanary(**served, headersWith(*good), section.pick(150, 600));
  if (!alone) return std::move(alone).error();

  const std::string documents[] = {
      hostile("export default () => { for (;;); }", R"({"cpuMs":2000})"),
      hostile("export default () => { const kept = []; for (;;) kept.push(new Array(10000).fill(kept.length)); }",
              R"({"cpuMs":2000,"memoryMb":256})"),
      programDocument("export default () => 1")};
  std::atomic<bool> stop{false};
  std::atomic<size_t> sent{0};
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kFloods + 2; ++i) {
    auto client = (*served)->connect();
    if (!client) break;
    threads.emplace_back(pester, std::move(client).value(), headersWith(*bad), documents[std::min<size_t>(i, 2)],
                         std::cref(stop), std::ref(sent));
  }
  section.progress("the same beside a tenant that loops, bombs memory and floods requests");
  auto beside = sampleCanary(**served, headersWith(*good), section.pick(150, 600));
  stop = true;
  for (std::thread& thread : threads) thread.join();
  if (!beside) return std::move(beside).error();
  section.results.add({"n.alone", "HTTP: a tenant's run, alone", "ms", summarize(std::move(alone).value()),
                       "one request about every 12 ms"});
  section.results.add({"n.beside", "HTTP: the same beside a bad tenant", "ms", summarize(std::move(beside).value()),
                       "one connection loops, one bombs memory, eight flood: " + std::to_string(sent) +
                           " requests of theirs were answered meanwhile"});
  return {};
}

}  // namespace mayfly::bench
