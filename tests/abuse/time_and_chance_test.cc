// SPDX-License-Identifier: Apache-2.0
// Security.md cases 45, 46, 48 and 49: no clock that moves while a program computes, no counter to build one from,
// nothing that tells one machine from another, and no two guests with the same chance.

#include <simdjson.h>

#include <set>
#include <sstream>

#include "abuse/sandbox_fixture.h"

namespace mayfly::abuse {
namespace {

using std::chrono::milliseconds;

class TimeAndChance : public SandboxTest {};

// Every way to read a clock, before and after a busy loop and between the waits of an event loop.
TEST_F(TimeAndChance, Case45ClocksStandStill) {
  Verdict verdict = attack(R"js(
const read = () => {
  const seen = { now: Date.now(), made: new Date().getTime(), called: Date(), text: new Date().toString(), utc: Date.UTC(1970) , format: new Intl.DateTimeFormat("en", { dateStyle: "full", timeStyle: "full" }).format(),
    parts: new Intl.DateTimeFormat("en", { fractionalSecondDigits: 3, second: "numeric" }).formatToParts().map((p) => p.value).join(""), locale: new Date().toLocaleTimeString(), json: JSON.stringify({ d: new Date() }) };
  if (typeof performance !== "undefined") { seen.performance = performance.now(); seen.origin = performance.timeOrigin; }
  if (typeof Temporal !== "undefined") {
    seen.instant = String(Temporal.Now.instant()); seen.nanos = String(Temporal.Now.instant().epochNanoseconds); seen.zoned = String(Temporal.Now.zonedDateTimeISO()); seen.plain = String(Temporal.Now.plainTimeISO());
  }
  if (typeof Event !== "undefined") seen.event = new Event("x").timeStamp;
  return JSON.stringify(seen);
};
const busy = () => { let n = 0; for (let i = 0; i < 1e8; i++) n += i % 7; return n; };
const first = read();
busy();
await null;
await new Promise((resolve) => queueMicrotask(resolve));
structuredClone({ a: new Array(1e5).fill(1) });
console.log("a log is no clock either");
busy();
const second = read();
await new Promise((resolve) => setTimeout(resolve, 20));
const third = Date.now(), wholeMillis = Number.isInteger(third);
busy();
const fourth = Date.now();
console.time("t"); busy(); console.timeEnd("t");
export default () => ({ still: first === second, moved: third > JSON.parse(first).now, wholeMillis, stillAgain: third === fourth });
)js",
                           cpuLimit(std::chrono::seconds(20)));
  EXPECT_EQ(verdict.result(), R"({"still":true,"moved":true,"wholeMillis":true,"stillAgain":true})") << verdict;
  ASSERT_EQ(verdict.logs.size(), 2U) << verdict;
  EXPECT_EQ(verdict.logs[1].argsJson, "[\"t: 0 ms\"]");
}

// Timers that are due in the same wait run in the order of their times, however long each of them takes.
TEST_F(TimeAndChance, Case45TimersShowNoClock) {
  EXPECT_RESULT(R"js(
export default async () => {
  const order = [];
  const busy = () => { let n = 0; for (let i = 0; i < 2e6; i++) n += i; return n; };
  setTimeout(() => { order.push(2); busy(); }, 2);
  setTimeout(() => { order.push(1); busy(); }, 1);
  setTimeout(() => { order.push(3); busy(); }, 3);
  busy();
  await new Promise((resolve) => setTimeout(resolve, 30));
  return order;
}
)js",
                "[1,2,3]");
}

// Only the event loop's wake-ups move the clock: a program gets as many ticks as it waits, and whole milliseconds.
TEST_F(TimeAndChance, Case47TicksAreCoarse) {
  Verdict verdict = attack(R"js(
export default async () => {
  const seen = [];
  for (let i = 0; i < 200; i++) { await new Promise((resolve) => setTimeout(resolve, 0)); seen.push(Date.now()); }
  return { whole: seen.every(Number.isInteger), forward: seen.every((t, i) => i === 0 || t >= seen[i - 1]) };
}
)js",
                           cpuLimit(std::chrono::seconds(5)));
  EXPECT_EQ(verdict.result(), R"({"whole":true,"forward":true})") << verdict;
}

TEST_F(TimeAndChance, Case46NoCounters) {
  EXPECT_RESULT(R"js(
["SharedArrayBuffer", "Atomics", "Worker", "SharedWorker", "BroadcastChannel", "requestAnimationFrame", "requestIdleCallback", "XMLHttpRequest",
 "Image", "Animation", "OffscreenCanvas", "AudioContext"].filter((name) => name in globalThis)
)js",
                "[]");
  // Tasks are no ticks: however many messages go round, the clock stands still.
  EXPECT_RESULT(R"js(
export default async () => {
  const { port1, port2 } = new MessageChannel();
  const began = Date.now(), now = performance.now();
  for (let i = 0; i < 2000; i++) await new Promise((resolve) => { port1.onmessage = resolve; port2.postMessage(i); });
  for (let i = 0; i < 2000; i++) await new Promise((resolve) => setImmediate(resolve));
  return [Date.now() - began, performance.now() - now];
}
)js",
                "[0,0]");
  // Shared memory can be had from WebAssembly, but nobody to share it with, and nothing that waits on it.
  EXPECT_RESULT(R"js(
export default () => {
  if (typeof WebAssembly === "undefined") return [];
  const found = [];
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    for (const name of Reflect.ownKeys(memory.buffer.constructor).concat(Reflect.ownKeys(memory.buffer.constructor.prototype))) if (/wait|notify|atomic/i.test(String(name))) found.push(String(name));
  } catch {}
  for (const bytes of [[0, 97, 115, 109, 1, 0, 0, 0]]) { try { new WebAssembly.Module(new Uint8Array(bytes)); found.push("compiled"); } catch {} }
  if (WebAssembly.Suspending) { try { WebAssembly.promising(() => {}); found.push("promising"); } catch {} }
  return found;
}
)js",
                "[]");
}

TEST_F(TimeAndChance, Case48NothingTellsTheMachine) {
  std::string program = R"js(
const format = new Intl.DateTimeFormat().resolvedOptions();
export default () => ({ zone: format.timeZone, locale: format.locale, offset: new Date(2026, 6, 1).getTimezoneOffset(), text: new Date(0).toString(), number: (1234.5).toLocaleString(),
  collator: new Intl.Collator().resolvedOptions().locale, list: [navigator.userAgent, navigator.hardwareConcurrency, navigator.language].join(), calendars: Intl.supportedValuesOf("calendar").length > 10, stack: new Error("x").stack.replace(/:\d+:\d+/, ""), url: import.meta.url });
)js";
  Verdict verdict = attack(program);
  EXPECT_EQ(
      verdict.result(),
      R"json({"zone":"UTC","locale":"en-US","offset":0,"text":"Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)","number":"1,234.5","collator":"en-US",)json"
      R"json("list":"Mayfly/0.1.0,1,en-US","calendars":true,"stack":"Error: x\n    at default (attack.js)","url":"file:///attack.js"})json")
      << verdict;
}

// What the daemon's environment says about time and place is not heard.
TEST_F(TimeAndChance, Case48EnvironmentIsNotInherited) {
  ::setenv("TZ", "Pacific/Kiritimati", 1);
  ::setenv("LC_ALL", "de_DE.UTF-8", 1);
  ::setenv("NODE_OPTIONS", "--expose-gc", 1);
  restart(options());
  EXPECT_RESULT("[new Date(0).getHours(), (1234.5).toLocaleString(), typeof gc]", "[0,\"1,234.5\",\"undefined\"]");
  for (const char* name : {"TZ", "LC_ALL", "NODE_OPTIONS"}) ::unsetenv(name);
}

// ---- 49: chance ----

class ChanceOfSpares : public TimeAndChance {
 protected:
  SchedulerOptions options() const override {
    SchedulerOptions options = TimeAndChance::options();
    options.spares = 8;
    return options;
  }

  // The first few numbers of many guests, in a window: no number may come twice.
  void expectDistinct(size_t guests) {
    std::string program =
        "export default () => { const n = []; for (let i = 0; i < 6; i++) n.push(Math.random()); "
        "return n.map((x) => { const b = new DataView(new ArrayBuffer(8)); b.setFloat64(0, x); return "
        "b.getBigUint64(0).toString(16) }) }";
    std::set<std::string> seen;
    size_t spares = 0;
    std::vector<std::shared_ptr<Verdict>> window;
    size_t submitted = 0;
    while (submitted < guests || !window.empty()) {
      while (submitted < guests && window.size() < 24) {
        // A short pause now and then lets spares grow back, so that both kinds are drawn.
        if (submitted++ % 24 == 0) sandbox().turnFor(milliseconds(3));
        window.push_back(sandbox().submit(request(program)));
      }
      ASSERT_TRUE(sandbox().turnUntil([&] { return window.front()->ended; }));
      Verdict& verdict = *window.front();
      ASSERT_EQ(verdict.code(), "") << verdict;
      spares += verdict.outcome.trace.spare ? 1 : 0;
      simdjson::dom::parser parser;
      for (simdjson::dom::element each : parser.parse(verdict.result()).get_array()) {
        ASSERT_TRUE(seen.insert(std::string(std::string_view(each))).second) << "a number came twice: " << each;
      }
      window.erase(window.begin());
    }
    EXPECT_EQ(seen.size(), guests * 6);
    EXPECT_GT(spares, guests / 20) << "spares were not tested";
    EXPECT_LT(spares, guests) << "fresh guests were not tested";
  }
};

TEST_F(ChanceOfSpares, Case49AThousandGuestsShareNoNumber) { expectDistinct(1000); }

TEST_F(TimeAndChance, Case49NumbersLookRandom) {
  Verdict verdict = attack(R"js(
export default () => {
  const n = 200000, buckets = new Array(64).fill(0), bits = new Array(32).fill(0);
  let inside = 0, runs = 0, last = 0;
  for (let i = 0; i < n; i++) {
    const x = Math.random(), y = Math.random();
    if (!(x >= 0 && x < 1)) return "out of range";
    buckets[Math.floor(x * 64)]++; inside += x * x + y * y < 1; runs += x > last; last = x;
    const word = Math.floor(x * 2 ** 32); for (let b = 0; b < 32; b++) bits[b] += (word >>> b) & 1;
  }
  const chi = buckets.reduce((sum, count) => sum + (count - n / 64) ** 2 / (n / 64), 0);
  // Bounds that a good generator passes all but once in some billions.
  return { chi: chi < 160, pi: Math.abs((inside / n) * 4 - Math.PI) < 0.03, runs: Math.abs(runs / n - 0.5) < 0.01, bits: bits.every((count) => Math.abs(count / n - 0.5) < 0.01) };
}
)js",
                           cpuLimit(std::chrono::seconds(10)));
  EXPECT_EQ(verdict.result(), R"({"chi":true,"pi":true,"runs":true,"bits":true})") << verdict;
}

// What the zygote warmed up with is in no guest: its first number is not the zygote's next one.
TEST_F(TimeAndChance, Case49NewZygotesAgree) {
  std::set<std::string> first;
  for (int i = 0; i < 3; ++i) {
    restart(options());
    for (int run = 0; run < 20; ++run) first.insert(sandbox().run(request("Math.random()")).result());
  }
  EXPECT_EQ(first.size(), 60U);
}

}  // namespace
}  // namespace mayfly::abuse
