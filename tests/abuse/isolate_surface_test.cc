// SPDX-License-Identifier: Apache-2.0
// Security.md cases 1, 2, 6, 7, 17 and 18: what a program finds around it. The two lists in data/ are reviewed by hand:
// a new name, from us or from a new V8, fails here until it is in them. MAYFLY_UPDATE=1 writes them anew.

#include <simdjson.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "abuse/sandbox_fixture.h"

namespace mayfly::abuse {
namespace {

std::string dataFile(const std::string& name) {
  return std::string(MAYFLY_TEST_SOURCE_DIR "/tests/abuse/data/") + name;
}

std::string textOf(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> listAt(const std::string& json, const std::string& pointer) {
  simdjson::dom::parser parser;
  simdjson::dom::array items;
  std::vector<std::string> list;
  if (parser.parse(json).at_pointer(pointer).get(items) != simdjson::SUCCESS) return list;
  for (simdjson::dom::element each : items) list.emplace_back(std::string_view(each));
  return list;
}

// The differences, or "": lines of one list that are not in the other.
std::string difference(const std::vector<std::string>& expected, const std::vector<std::string>& found) {
  std::ostringstream text;
  std::multiset<std::string> missing(expected.begin(), expected.end());
  for (const std::string& line : found) {
    auto at = missing.find(line);
    if (at != missing.end()) {
      missing.erase(at);
    } else {
      text << "+ " << line << "\n";
    }
  }
  for (const std::string& line : missing) text << "- " << line << "\n";
  return text.str();
}

void compareWithFile(const std::string& name, const std::vector<std::string>& found) {
  std::string path = dataFile(name);
  if (std::getenv("MAYFLY_UPDATE") != nullptr) {
    std::ofstream file(path);
    for (const std::string& line : found) file << line << "\n";
    return;
  }
  std::vector<std::string> expected;
  std::istringstream lines(textOf(path));
  for (std::string line; std::getline(lines, line);) expected.push_back(line);
  EXPECT_EQ(difference(expected, found), "")
      << "review the difference, then write " << name << " anew with MAYFLY_UPDATE=1";
}

class IsolateSurface : public SandboxTest {};

TEST_F(IsolateSurface, Case01Reachable) {
  Limits limits = memoryLimit(128);
  Verdict verdict = attack(textOf(dataFile("walk.js")), limits);
  ASSERT_EQ(verdict.code(), "") << verdict;
  // What `process` says of the program is invented, and the same everywhere.
  const std::vector<std::string> invented = {"process.title: mayfly", "process.argv0: mayfly",
                                             "process.execPath: /mayfly", R"(process.argv["0"]: mayfly)"};
  EXPECT_EQ(difference(invented, listAt(verdict.result(), "/odd")), "")
      << "paths, addresses or foreign functions are visible";
  compareWithFile("reachable.txt", listAt(verdict.result(), "/lines"));
}

TEST_F(IsolateSurface, Case02Globals) {
  Verdict verdict = attack(textOf(dataFile("globals.js")));
  ASSERT_EQ(verdict.code(), "") << verdict;
  compareWithFile("globals.txt", listAt(verdict.result(), ""));
}

class IsolateSurfaceOfSpares : public IsolateSurface {
 protected:
  SchedulerOptions options() const override {
    SchedulerOptions options = IsolateSurface::options();
    options.spares = 2;
    options.defaults.cpu = std::chrono::seconds(5);
    return options;
  }
};

// A spare has rehearsed in a context that the program never sees.
TEST_F(IsolateSurfaceOfSpares, Case02GlobalsOfASpare) {
  Verdict verdict = sandbox().run(request(textOf(dataFile("globals.js")), options().defaults));
  ASSERT_EQ(verdict.code(), "") << verdict;
  EXPECT_TRUE(verdict.outcome.trace.spare);
  compareWithFile("globals.txt", listAt(verdict.result(), ""));
}

// What of our own takes which receiver: methods of our classes refuse every other, functions ignore it.
TEST_F(IsolateSurface, Case06WrongReceivers) {
  EXPECT_RESULT(R"js(
export default () => {
  const bad = [];
  class Stolen {}
  Object.setPrototypeOf(Stolen.prototype, TextDecoder.prototype);
  const receivers = () => [null, undefined, 1, "x", Symbol(), {}, [], () => {}, new Proxy(new TextDecoder(), {}), new Proxy({}, {}),
    Object.create(new TextDecoder()), Object.create(TextDecoder.prototype), new Stolen(), new TextEncoder(), new Uint8Array(4), globalThis,
    Object.setPrototypeOf(new Map(), TextDecoder.prototype), Object.setPrototypeOf([], TextEncoder.prototype)];
  for (const Type of [TextDecoder, TextEncoder]) {
    for (const [name, d] of Object.entries(Object.getOwnPropertyDescriptors(Type.prototype))) {
      const method = d.value ?? d.get;
      if (typeof method !== "function" || name === "constructor") continue;
      for (const receiver of receivers()) {
        if (receiver instanceof Type && Object.getPrototypeOf(receiver) === Type.prototype && Type === TextEncoder && receiver.constructor === TextEncoder && !Array.isArray(receiver)) continue;
        try {
          Reflect.apply(method, receiver, [new Uint8Array(4), new Uint8Array(4)]);
          bad.push(`${Type.name}.${name} on ${Object.prototype.toString.call(receiver)}`);
        } catch (error) {
          if (!(error instanceof TypeError)) bad.push(`${Type.name}.${name}: ${error}`);
        }
      }
    }
  }
  const free = [setTimeout, setInterval, clearTimeout, clearInterval, queueMicrotask, structuredClone, Math.random, ...Object.values(console)];
  for (const native of free) {
    for (const receiver of receivers()) {
      try { Reflect.apply(native, receiver, [() => {}, 1e9]); } catch (error) { if (!(error instanceof TypeError) && error.name !== "DataCloneError") bad.push(`${native.name}: ${error}`); }
    }
  }
  return bad;
}
)js",
                "[]");
}

TEST_F(IsolateSurface, Case07ConstructorsAndSubclasses) {
  EXPECT_RESULT(R"js(
export default () => {
  const bad = [];
  const natives = [setTimeout, setInterval, clearTimeout, clearInterval, queueMicrotask, structuredClone, fetch, Math.random, ...Object.values(console),
    TextEncoder.prototype.encode, TextEncoder.prototype.encodeInto, TextDecoder.prototype.decode,
    Object.getOwnPropertyDescriptor(TextDecoder.prototype, "fatal").get];
  for (const native of natives) {
    for (const attempt of [() => new native(), () => Reflect.construct(native, []), () => Reflect.construct(Object, [], native), () => Reflect.construct(class {}, [], native),
      () => { class X extends native {} return new X(); }]) {
      try { attempt(); bad.push(native.name); } catch (error) { if (!(error instanceof TypeError)) bad.push(`${native.name}: ${error}`); }
    }
  }
  // Classes can be extended and built with a foreign newTarget; what comes out works or is inert.
  class Mine extends TextDecoder { decode(x) { return "mine:" + super.decode(x); } }
  if (new Mine().decode(new Uint8Array([97])) !== "mine:a") bad.push("subclass");
  for (const target of [Array, Map, Error, Promise, Uint8Array, function () {}, class extends Date {}, new Proxy(function () {}, {}),
    new Proxy(function () {}, { get(t, k) { if (k === "prototype") return new Proxy({}, {}); return t[k]; } })]) {
    for (const Type of [TextDecoder, TextEncoder]) {
      try {
        const made = Reflect.construct(Type, [], target);
        const method = Type === TextDecoder ? TextDecoder.prototype.decode : TextEncoder.prototype.encode;
        try { Reflect.apply(method, made, []); } catch (error) { if (!(error instanceof TypeError)) bad.push(`made: ${error}`); }
      } catch (error) { if (!(error instanceof TypeError)) bad.push(`${Type.name} for ${target.name}: ${error}`); }
    }
  }
  for (const throwing of [new Proxy(function () {}, { get() { throw new RangeError("mine"); } })]) {
    try { Reflect.construct(TextDecoder, [], throwing); bad.push("no throw"); } catch (error) { if (error.message !== "mine") bad.push(String(error)); }
  }
  for (const without of [() => TextDecoder(), () => TextEncoder(), () => TextDecoder.call(new TextDecoder())]) {
    try { without(); bad.push("called without new"); } catch (error) { if (!(error instanceof TypeError)) bad.push(String(error)); }
  }
  return bad;
}
)js",
                "[]");
}

TEST_F(IsolateSurface, Case17EngineSwitches) {
  for (const char* program : {"%DebugPrint(1)", "%GetOptimizationStatus(f)", "%SystemBreak()",
                              "// Flags: --allow-natives-syntax\n%DebugPrint(1)", "'use natives'; %AbortJS('x')"}) {
    EXPECT_CODE(program, Limits{}, "E_SYNTAX");
  }
  EXPECT_RESULT(
      R"js(["gc", "d8", "version", "load", "read", "readline", "quit", "print", "Realm", "Worker", "require", "module", "global", "Deno", "Bun",
    "inspector", "debug", "internalBinding", "primordials", "exports", "__dirname", "ShadowRealm", "SharedArrayBuffer", "Atomics", "WeakRefGC",
    "$262", "trace", "importScripts", "postMessage"]
    .filter((name) => name in globalThis))js",
      "[]");
  EXPECT_RESULT("let r = 0; debugger; r = 1; r", "1");
}

// Bytes of V8's own formats have no way in: nothing here takes a cache or a snapshot, and the one deserialiser that
// there is (structuredClone) reads only what it has just written.
TEST_F(IsolateSurface, Case18NoSerialisedCode) {
  EXPECT_RESULT(R"js(
const found = [];
for (const name of Reflect.ownKeys(globalThis)) if (/serial|snapshot|cache/i.test(String(name))) found.push(String(name));
if (typeof WebAssembly !== "undefined") for (const name of Reflect.ownKeys(WebAssembly)) if (/serial|cache/i.test(String(name))) found.push(String(name));
found)js",
                "[]");
}

}  // namespace
}  // namespace mayfly::abuse
