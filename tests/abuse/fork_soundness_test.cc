// SPDX-License-Identifier: Apache-2.0
// Ten thousand guests forked from one zygote, many at a time, with and without spares; the value and the logs of every
// one are checked. A heap page that a child does not share, a lock that a thread held, a cache of another's state: each
// shows here as a wrong value, a crash or a hang. MAYFLY_FORKS sets another number.

#include <algorithm>
#include <cstdlib>

#include "abuse/sandbox_fixture.h"

namespace mayfly::abuse {
namespace {

class ForkSoundness : public SandboxTest {
 protected:
  SchedulerOptions options() const override {
    SchedulerOptions options = SandboxTest::options();
    options.defaults.cpu = std::chrono::seconds(2);
    options.spares = 16;
    return options;
  }
};

// Touches much of what the zygote warmed up: parsing, closures, collections, regular expressions, dates, numbers,
// promises, timers, text, the collector. A function of its input only.
constexpr char kProgram[] = R"js(
export default async ({ n }) => {
  class Row { #v; constructor(v) { this.#v = v; } get v() { return this.#v; } }
  const rows = Array.from({ length: 20 }, (_, i) => new Row(i * n));
  const map = new Map(rows.map((row, i) => [`k${i}`, row.v]));
  const text = JSON.stringify(Object.fromEntries(map));
  const back = Object.values(JSON.parse(text)).reduce((a, b) => a + b, 0);
  const digits = String(n).replace(/\d/g, (d) => 9 - d).split("").sort().join("");
  const bytes = new TextEncoder().encode(text);
  let hash = 7;
  for (const byte of bytes) hash = (hash * 31 + byte) >>> 0;
  console.log("guest", n);
  const later = await Promise.all([1, 2, 3].map(async (x) => { await null; return x * n; }));
  const waited = await new Promise((resolve) => setTimeout(resolve, 0, n));
  const copy = structuredClone({ list: later, at: new Date(n) });
  return [n, back, digits, hash, later.join(), waited, copy.at.getTime(), (n / 7).toFixed(3), [..."aéz"].reverse().join("")];
};
)js";

std::string expected(uint64_t n) {
  std::string text = "{";
  uint64_t sum = 0;
  for (uint64_t i = 0; i < 20; ++i) {
    text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":" + std::to_string(i * n);
    sum += i * n;
  }
  text += "}";
  uint32_t hash = 7;
  for (unsigned char byte : text) hash = hash * 31 + byte;
  std::string digits;
  for (char c : std::to_string(n)) digits += static_cast<char>('0' + ('9' - c));
  std::sort(digits.begin(), digits.end());
  char fixed[64];
  std::snprintf(fixed, sizeof fixed, "%.3f", static_cast<double>(n) / 7);
  std::string number = std::to_string(n);
  return "[" + number + "," + std::to_string(sum) + ",\"" + digits + "\"," + std::to_string(hash) + ",\"" + number +
         "," + std::to_string(2 * n) + "," + std::to_string(3 * n) + "\"," + number + "," + number + ",\"" + fixed +
         "\",\"zéa\"]";
}

TEST_F(ForkSoundness, EveryGuestOfTenThousandIsRight) {
  const char* wish = std::getenv("MAYFLY_FORKS");
  uint64_t total = wish == nullptr ? 10'000 : std::strtoull(wish, nullptr, 10);
  constexpr size_t kWindow = 32;
  struct Flight {
    uint64_t n;
    std::shared_ptr<Verdict> verdict;
  };
  std::vector<Flight> window;
  uint64_t next = 0;
  uint64_t checked = 0;
  uint64_t spares = 0;
  while (checked < total && !HasFatalFailure()) {
    while (next < total && window.size() < kWindow) {
      RunRequest what = request(kProgram);
      // Every other one with the limits of the spares, so that both ways are taken.
      what.limits.cpu = std::chrono::milliseconds(next % 2 == 0 ? 2000 : 1999);
      what.inputJson = "{\"n\":" + std::to_string(next * 7919) + "}";
      window.push_back({next * 7919, sandbox().submit(std::move(what))});
      ++next;
    }
    ASSERT_TRUE(sandbox().turnUntil([&] {
      return std::any_of(window.begin(), window.end(), [](const Flight& each) { return each.verdict->ended; });
    })) << "a guest hangs";
    std::erase_if(window, [&](const Flight& each) {
      if (!each.verdict->ended) return false;
      const Verdict& verdict = *each.verdict;
      EXPECT_EQ(verdict.code(), "") << verdict;
      EXPECT_EQ(verdict.result(), expected(each.n)) << verdict;
      EXPECT_EQ(verdict.logs.size(), 1U) << verdict;
      EXPECT_TRUE(verdict.logs.empty() || verdict.logs[0].argsJson == "[\"guest\"," + std::to_string(each.n) + "]")
          << verdict;
      spares += verdict.outcome.trace.spare ? 1 : 0;
      ++checked;
      return true;
    });
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_EQ(checked, total);
  EXPECT_GT(spares, 0U);
  EXPECT_LT(spares, total);
  std::cout << checked << " guests, " << spares << " of them spares\n";
}

}  // namespace
}  // namespace mayfly::abuse
