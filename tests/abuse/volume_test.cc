// SPDX-License-Identifier: Apache-2.0
// Security.md cases 34 to 36 and 40: large results, inputs, logs and module graphs, and many runs at once.

#include "abuse/exhaustion.h"

namespace mayfly::abuse {
namespace {

// ---- 34: results ----

TEST_F(Exhaustion, Case34ResultSizes) {
  Limits limits = memoryLimit(256);
  limits.outputBytes = 1000;
  EXPECT_EQ(attack("export default () => 'x'.repeat(998)", limits).result().size(), 1000U);
  EXPECT_CODE("export default () => 'x'.repeat(999)", limits, "E_OUTPUT");
  EXPECT_CODE("export default () => '\\u00e9'.repeat(500)", limits, "E_OUTPUT");
  EXPECT_CODE("export default () => '\\u00e9'.repeat(499)", limits, "");
  for (const char* program :
       {"export default () => 'x'.repeat(2 ** 29 - 30)", "export default () => new Array(1e6).fill(1)",
        "export default () => Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => ['k' + i, i]))",
        "export default () => { const a = []; a[1e6] = 1; return a }", "export default () => '\\u0000'.repeat(1e6)",
        "export default () => '\\ud800'.repeat(1e6)"}) {
    expectOneOf(program, limits, {"E_OUTPUT", "E_MEM"});
  }
  EXPECT_CODE("export default () => { let a = 1; for (let i = 0; i < 1e5; i++) a = [a]; return a }", memoryLimit(256),
              "E_RESULT");
  EXPECT_CODE("export default () => 10n ** 1000000n", memoryLimit(256), "E_RESULT");
}

TEST_F(Exhaustion, Case34ResultsAreExact) {
  EXPECT_RESULT(
      "export default () => [1e20, -1e19, 1.7976931348623157e308, 5e-324, 123456789012345680000, -0, 0.1, NaN]",
      "[100000000000000000000,-10000000000000000000,1.7976931348623157e+308,5e-324,123456789012345680000,0,0.1,null]");
  EXPECT_RESULT("export default () => ['\\u0000\\u001f\\u007f\\u2028', '\\\"\\\\/']",
                "[\"\\u0000\\u001f\x7f\xe2\x80\xa8\",\"\\\"\\\\/\"]");
  EXPECT_RESULT("let a = 0; for (let i = 0; i < 400; i++) a = [a]; export default () => JSON.stringify(a).length",
                "801");
  Verdict deep = attack("let a = 0; for (let i = 0; i < 400; i++) a = [a]; export default () => a");
  EXPECT_EQ(deep.result().size(), 801U) << deep;
}

TEST_F(Exhaustion, Case34Inputs) {
  RunRequest what = request("export default (input) => [typeof input, input?.length]", memoryLimit(512));
  what.inputJson = "\"" + std::string(40U << 20U, 'x') + "\"";
  EXPECT_EQ(attack(what).result(), "[\"string\",41943040]");
  what.inputJson = std::string(100'000, '[') + std::string(100'000, ']');
  Verdict deep = attack(what);
  EXPECT_TRUE(deep.code() == "E_EXCEPTION" || deep.code().empty()) << deep;
  what.limits = memoryLimit(16);
  what.inputJson = "\"" + std::string(40U << 20U, 'x') + "\"";
  EXPECT_EQ(attack(what).code(), "E_MEM");
}

// ---- 35: logs ----

TEST_F(Exhaustion, Case35LogFloods) {
  Limits limits = memoryLimit(256, milliseconds(500));
  limits.logBytes = 10'000;
  for (const char* program :
       {"for (let i = 0; i < 1e7; i++) console.log(i)",
        "console.log('x'.repeat(1e7)); for (;;) console.log('x'.repeat(1e7))", "for (;;) console.log()",
        "for (;;) console.error({ a: 'x'.repeat(1e6) })", "for (;;) console.table(new Array(1e6).fill('\\u0000'))",
        "for (;;) console.count('x'.repeat(1e5) + Math.random())"}) {
    Verdict verdict = attack(program, limits);
    EXPECT_TRUE(verdict.code() == "E_CPU" || verdict.code() == "E_MEM") << program << verdict;
    EXPECT_TRUE(verdict.outcome.logsTruncated) << program;
    EXPECT_LE(verdict.outcome.usage.logBytes, limits.logBytes + 300) << program;
    EXPECT_NE(verdict.logText().find("log limit reached"), std::string::npos) << program;
  }
}

TEST_F(Exhaustion, Case35LogsAreText) {
  Limits limits = memoryLimit(256);
  limits.logBytes = 4U << 20U;
  Verdict verdict = attack(R"js(
console.log("\0\x01\x07\x1b[31mred\x1b]52;c;AAAA\x07\x9b31m\r\n\u202e", "%n%s%d%", "\ud800", "\udfff\ud800", "</script>", "\u2028");
console.log({ "\x1b[2J": 1, "__proto__": 2, "\0": 3 });
console.log("a".repeat(16000), "b".repeat(16000), "c".repeat(16000), "\0".repeat(16000));
console.log("\0".repeat(16000), "\0".repeat(16000), "\0".repeat(16000), "\0".repeat(16000), "\0".repeat(16000));
console.log(Symbol("\0".repeat(16000)), Symbol("\0".repeat(16000)), Symbol("\0".repeat(16000)), Symbol("\0".repeat(16000)));
console.log(new RegExp("\0".repeat(16000)), new RegExp("\0".repeat(16000)), new RegExp("\x01".repeat(16000)), new RegExp("\0".repeat(16000)));
console.log(Object.fromEntries(Array.from({ length: 300 }, (_, i) => ["\0".repeat(1000) + i, "\x01".repeat(1000)])));
console.log(new Map(Array.from({ length: 300 }, (_, i) => ["\0".repeat(1000) + i, "\x01".repeat(1000)])), new Error("\0".repeat(20000)));
console.log(...new Array(10000).fill("\0".repeat(100)));
console.log(1e20, -1e19, 1e308, 5e-324, NaN, -0, 10n ** 100n);
export default () => 1;
)js",
                           limits);
  EXPECT_EQ(verdict.code(), "") << verdict;
  EXPECT_EQ(verdict.logs.size(), 10U) << verdict;
  for (const wire::LogRecord& log : verdict.logs) {
    for (unsigned char c : log.argsJson) EXPECT_TRUE(c >= 0x20 && c != 0x7f) << static_cast<int>(c);
    EXPECT_LT(log.argsJson.size(), wire::kMaxLogPayload);
  }
}

TEST_F(Exhaustion, Case35NeighboursLogsAreIntact) {
  Limits limits = memoryLimit(64, milliseconds(400));
  auto flood = sandbox().submit(request("for (;;) console.log('flood'.repeat(1000))", limits));
  auto quiet =
      sandbox().submit(request("export default async () => { for (let i = 0; i < 50; i++) { console.log('line', i); "
                               "await new Promise((r) => setTimeout(r, 2)) } }",
                               memoryLimit(64)));
  ASSERT_TRUE(sandbox().turnUntil([&] { return flood->ended && quiet->ended; }));
  inspect(*flood);
  inspect(*quiet);
  ASSERT_EQ(quiet->logs.size(), 50U);
  for (size_t i = 0; i < 50; ++i) EXPECT_EQ(quiet->logs[i].argsJson, "[\"line\"," + std::to_string(i) + "]");
}

// ---- 36: module graphs ----

TEST_F(Exhaustion, Case36LargeGraphs) {
  RunRequest wide = request("", memoryLimit(512, std::chrono::seconds(20)));
  std::string imports;
  for (int i = 0; i < 5000; ++i) {
    imports += "import './m" + std::to_string(i) + ".js';\n";
    wide.modules.push_back(
        {.name = "m" + std::to_string(i) + ".js", .source = "globalThis.n = (globalThis.n ?? 0) + 1"});
  }
  wide.modules[0].source = imports + "export default () => globalThis.n";
  EXPECT_EQ(attack(wide).result(), "5000");

  RunRequest chain =
      request("import { v } from './c0.js'; export default () => v", memoryLimit(512, std::chrono::seconds(20)));
  for (int i = 0; i < 9000; ++i) {
    chain.modules.push_back(
        {.name = "c" + std::to_string(i) + ".js",
         .source = i + 1 < 9000 ? "export { v } from './c" + std::to_string(i + 1) + ".js'" : "export const v = 7"});
  }
  Verdict deep = attack(chain);
  EXPECT_TRUE(deep.result() == "7" || deep.code() == "E_SYNTAX" || deep.code() == "E_EXCEPTION" ||
              deep.code() == "E_LIMIT")
      << deep;

  RunRequest diamond = request("import * as n from './d0.js'; export default () => Object.keys(n).length",
                               memoryLimit(256, milliseconds(2000)));
  for (int i = 0; i < 60; ++i) {
    std::string next = std::to_string(i + 1);
    diamond.modules.push_back({.name = "d" + std::to_string(i) + ".js",
                               .source = i + 1 < 60 ? "export * from './d" + next + ".js'; export * from './e" + next +
                                                          ".js'; export const d" + std::to_string(i) + " = 1"
                                                    : "export const d = 1"});
    diamond.modules.push_back({.name = "e" + std::to_string(i) + ".js",
                               .source = i + 1 < 60 ? "export * from './d" + next + ".js'; export * from './e" + next +
                                                          ".js'; export const e" + std::to_string(i) + " = 1"
                                                    : "export const e = 1"});
  }
  Verdict exploded = attack(diamond);
  EXPECT_TRUE(exploded.code().empty() || exploded.code() == "E_CPU" || exploded.code() == "E_MEM") << exploded;

  RunRequest circle = request("import { b } from './b.js'; export const a = 1; export default () => b()", {});
  circle.modules.push_back({.name = "b.js", .source = "import { a } from './attack.js'; export const b = () => a + 1"});
  EXPECT_EQ(attack(circle).result(), "2");

  RunRequest never = request("import './t.js'; export default () => 1", {});
  never.modules.push_back({.name = "t.js", .source = "await new Promise(() => {})"});
  EXPECT_EQ(attack(never).code(), "E_UNSETTLED");
  RunRequest later = request("import './t.js'; export default () => 1", wallLimit(milliseconds(300)));
  later.modules.push_back({.name = "t.js", .source = "await new Promise((r) => setTimeout(r, 1e9))"});
  EXPECT_EQ(attack(later).code(), "E_WALL");
}

// ---- 40: many at once ----

TEST_F(Exhaustion, Case40TwoHundredAtOnce) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> kinds = {
      {"for (;;);", {"E_CPU"}},
      {"const a = []; for (;;) a.push({})", {"E_MEM", "E_CPU"}},
      {"for (;;) console.log('x'.repeat(100))", {"E_CPU"}},
      {"/(a+)+$/.test('a'.repeat(40) + 'b')", {"E_CPU"}},
      {"const f = () => queueMicrotask(f); f(); export default () => 1", {"E_CPU"}},
      {"Array(1e9).fill(1)", {"E_MEM", "E_CPU"}},
      {"export default () => 'x'.repeat(1e7)", {"E_OUTPUT"}},
      {"throw new Error('mine')", {"E_EXCEPTION"}},
      {"export default async () => { await new Promise((r) => setTimeout(r, 50)); return 'slept' }", {""}},
      {"export default () => 42", {""}},
  };
  Limits limits = memoryLimit(32, milliseconds(50));
  std::vector<std::pair<size_t, std::shared_ptr<Verdict>>> runs;
  for (size_t i = 0; i < 200; ++i) {
    size_t kind = i % kinds.size();
    runs.emplace_back(kind, sandbox().submit(request(kinds[kind].first, limits)));
  }
  ASSERT_TRUE(sandbox().turnUntil(
      [&] { return std::all_of(runs.begin(), runs.end(), [](const auto& run) { return run.second->ended; }); },
      std::chrono::seconds(120)));
  size_t refused = 0;
  for (const auto& [kind, verdict] : runs) {
    inspect(*verdict);
    if (verdict->code() == "E_BUSY") {  // at once, by name, and worth another try
      EXPECT_TRUE(errorInfo(verdict->outcome.error->code).retryable);
      ++refused;
      continue;
    }
    const auto& codes = kinds[kind].second;
    EXPECT_NE(std::find(codes.begin(), codes.end(), verdict->code()), codes.end()) << kinds[kind].first << "\n"
                                                                                   << *verdict;
    EXPECT_TRUE(kind != 9 || verdict->result() == "42");
  }
  EXPECT_EQ(refused, 0U) << "two hundred at once are within what a queue must hold";
  expectCanary(sandbox().run(canary()));
}

}  // namespace
}  // namespace mayfly::abuse
