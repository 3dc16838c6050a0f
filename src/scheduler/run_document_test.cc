// SPDX-License-Identifier: Apache-2.0
#include "scheduler/run_document.h"

#include <gtest/gtest.h>

namespace mayfly {
namespace {

RunRequest read(std::string_view json) {
  auto request = parseRunDocument(json);
  EXPECT_TRUE(request.ok()) << (request.ok() ? "" : request.error().message);
  return request.ok() ? std::move(request).value() : RunRequest();
}

void expectRefused(std::string_view json, std::string_view part, ErrorCode code = ErrorCode::kUsage) {
  auto request = parseRunDocument(json);
  ASSERT_FALSE(request.ok()) << json;
  EXPECT_EQ(request.error().code, code) << request.error().message;
  EXPECT_NE(request.error().message.find(part), std::string::npos) << request.error().message;
}

std::string withModules(const std::string& modules) { return R"({"mainModule": "a.js", "modules": )" + modules + "}"; }
std::string withMember(const std::string& member) { return R"({"code": "1", )" + member + "}"; }

TEST(RunDocument, ReadsModulesOfEveryForm) {
  RunRequest request = read(R"({ "mainModule": "./main.ts", "modules": {
    "a.js": "1", "b": {"js": "2"}, "c": {"ts": "3"}, "d": {"tsx": "4"}, "e": {"jsx": "5"}, "f": {"cjs": "6"},
    "g": {"text": "7\u00e4"}, "h.json": { "json" : {"big": 12345678901234567890123, "x": [1, "}"]} }, "i": {"data": "AP8="},
    "j": {"wasm": "AGFzbQ=="}, "main.ts": "0", "k.json": "[8]" } })");
  ASSERT_EQ(request.modules.size(), 12U);
  EXPECT_EQ(request.modules[0].name, "main.ts");
  EXPECT_EQ(request.modules[0].language, Language::kTypeScript);
  auto module = [&](std::string_view name) {
    for (const SourceModule& each : request.modules) {
      if (each.name == name) return each;
    }
    return SourceModule();
  };
  EXPECT_EQ(module("a.js").source, "1");
  EXPECT_EQ(module("b").language, Language::kJavaScript);
  EXPECT_EQ(module("f").language, Language::kCommonJs);
  EXPECT_EQ(module("g").source, "7ä");
  EXPECT_EQ(module("h.json").source, R"({"big": 12345678901234567890123, "x": [1, "}"]})");
  EXPECT_EQ(module("i").source, std::string("\0\xFF", 2));
  EXPECT_EQ(module("j").language, Language::kWasm);
  EXPECT_EQ(module("k.json").source, "[8]");
}

TEST(RunDocument, ReadsEverythingElse) {
  RunRequest request = read(R"({"code": "export default 1", "input": {"n": 1.50}, "env": {"A": [1]}, "props": null,
    "entrypoint": "Agent", "method": "run", "allow": ["eval", "wasm"],
    "limits": {"cpuMs": 1.5, "wallMs": 100, "memoryMb": 16, "outputBytes": 16, "logBytes": 0}})");
  ASSERT_EQ(request.modules.size(), 1U);
  EXPECT_EQ(request.modules[0].language, Language::kAuto);
  EXPECT_EQ(request.inputJson, R"({"n": 1.50})");
  EXPECT_EQ(request.propsJson, "null");
  EXPECT_EQ(request.entrypoint, "Agent");
  EXPECT_EQ(request.method, "run");
  EXPECT_TRUE(request.allowEval && request.allowWasm);
  EXPECT_EQ(request.limits.cpu, std::chrono::microseconds(1500));
  EXPECT_EQ(request.limits.wall, std::chrono::milliseconds(100));
  EXPECT_EQ(request.limits.memoryBytes, 16U << 20U);
  EXPECT_EQ(request.limits.logBytes, 0U);
  EXPECT_EQ(read(R"({"code": "1", "arguments": [1, "b"]})").argumentsJson, R"([1, "b"])");
}

TEST(RunDocument, RefusesWhatIsNoDocument) {
  expectRefused("", "JSON");
  expectRefused("{", "JSON");
  expectRefused("[]", "the document is not an object");
  expectRefused("{}", "mainModule");
  expectRefused(R"({"mainModule": "a.js"})", "modules");
  expectRefused(R"({"code": "1", "mainModule": "a.js"})", "not both");
  expectRefused(R"({"code": "1", "code": "2"})", "twice");
  expectRefused(R"({"code": 1})", "\"code\" is not a text");
  expectRefused(R"({"kode": "1"})", "unknown member \"kode\"");
  expectRefused(R"({"kode": "1"})", "did you mean code?");
  expectRefused(R"({"code": "1", "argument": []})", "did you mean arguments?");
  expectRefused(R"({"code": "1", "zebra": []})", "known are code, mainModule, modules");
  expectRefused(R"({"code": "1", "globalOutbound": {}})", "can only be null");
  expectRefused(R"({"code": "1", "input": 1, "arguments": []})", "not both");
  expectRefused(std::string(1000, '[') + std::string(1000, ']'), "levels", ErrorCode::kLimit);
  expectRefused(R"({"code": ")" + std::string(65U << 20U, ' ') + "\"}", "64 MiB", ErrorCode::kLimit);
}

TEST(RunDocument, RefusesBadModules) {
  expectRefused(withModules(R"({"a.js": {"js": "1", "ts": "2"}})"), "2 keys; give exactly one of js, ts");
  expectRefused(withModules(R"({"a.js": {}})"), "0 keys");
  expectRefused(withModules(R"({"a.js": {"py": "1"}})"), "unknown key \"py\"");
  expectRefused(withModules(R"({"a.js": {"js": 1}})"), "\"js\" is not a string");
  expectRefused(withModules(R"({"a.js": "1", "b.bin": {"data": "AP8"}})"), "base64");
  expectRefused(withModules(R"({"a.js": "1", "b.wasm": "x"})"), R"({"wasm": "<base64>"})");
  expectRefused(withModules(R"({"a.js": "1", "b.py": "x"})"), "\"b.py\" has no extension");
  expectRefused(withModules(R"({"a.js": "1", "../b.js": "x"})"), "plain relative path");
  expectRefused(withModules(R"({"a.js": "1", "./a.js": "2"})"), "two modules are called \"a.js\"");
  expectRefused(withModules(R"({"a.js": "1", "a.js": "2"})"), "twice");
  expectRefused(withModules(R"({"a.js": null})"), "neither text nor an object");
  expectRefused(withModules(R"({"a.js": ["1"]})"), "neither text nor an object");
  expectRefused(withModules(R"({"b.js": "1"})"), "\"mainModule\" is \"a.js\", which is not in \"modules\" (\"b.js\")");
  expectRefused(withModules("{}"), "empty");
  expectRefused(withModules("[]"), "\"modules\" is not an object");
  expectRefused(withModules(R"({"a.js": {"text": "1"}})"), "no code");
  std::string many = R"({"a.js": "1")";
  for (int i = 0; i < 10'000; ++i) many += ",\"" + std::to_string(i) + ".js\": \"\"";
  expectRefused(withModules(many + "}"), "10000", ErrorCode::kLimit);
}

TEST(RunDocument, RefusesBadMembers) {
  expectRefused(withMember(R"("env": [])"), "\"env\" is not an object");
  expectRefused(withMember(R"("arguments": {})"), "not a list");
  expectRefused(withMember(R"("method": 1)"), "\"method\"");
  expectRefused(withMember(R"("entrypoint": "")"), "\"entrypoint\"");
  expectRefused(withMember(R"("allow": "eval")"), "not a list");
  expectRefused(withMember(R"("allow": [1])"), "list of strings");
  expectRefused(withMember(R"("allow": ["fetch"])"), "known are eval and wasm");
  expectRefused(withMember(R"("limits": 1)"), "not an object");
  expectRefused(withMember(R"("limits": {"cpu": 1})"), "known are cpuMs");
  expectRefused(withMember(R"("limits": {"wallms": 1})"), "did you mean wallMs?");
  for (const char* value : {"0", "\"50\"", "1e99", "null", "-1", "86400001"}) {
    expectRefused(withMember(std::string(R"("limits": {"cpuMs": )") + value + "}"),
                  "cpuMs is not a number from 1 to 86400000");
  }
  expectRefused(withMember(R"("method": ")" + std::string(1025, 'm') + "\""), "1024", ErrorCode::kLimit);
}

}  // namespace
}  // namespace mayfly
