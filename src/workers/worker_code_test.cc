// SPDX-License-Identifier: Apache-2.0
#include "workers/worker_code.h"

#include <gtest/gtest.h>

namespace mayfly {
namespace {

Limits ceilings() {
  Limits limits;
  limits.cpu = std::chrono::seconds(1);
  limits.wall = std::chrono::seconds(60);
  limits.memoryBytes = 256U << 20U;
  return limits;
}

Result<WorkerCode> parse(std::string_view json, Bindings bindings = Bindings::kAllowed) {
  return parseWorkerDocument(json, Limits(), ceilings(), bindings);
}

WorkerCode read(std::string_view json) {
  auto code = parse(json);
  EXPECT_TRUE(code.ok()) << (code.ok() ? "" : code.error().message);
  return code.ok() ? std::move(code).value() : WorkerCode();
}

void expectRefused(std::string_view json, std::string_view part, Bindings bindings = Bindings::kAllowed) {
  auto code = parse(json, bindings);
  ASSERT_FALSE(code.ok()) << json;
  EXPECT_NE(code.error().message.find(part), std::string::npos) << code.error().message;
}

TEST(WorkerDocument, ReadsEveryMember) {
  WorkerCode code = read(R"({"mainModule": "a.js", "modules": {"b.txt": "x", "a.js": "1"}, "env": {"N": 1},
    "allow": ["wasm"], "limits": {"cpuMs": 10}, "globalOutbound": null, "compatibilityDate": "2026-01-01",
    "compatibilityFlags": ["nodejs_compat"], "loaders": ["LOADER"], "bindings": ["CHAT"], "outbound": true})");
  ASSERT_EQ(code.program.modules.size(), 2U);
  EXPECT_EQ(code.program.modules[0].name, "a.js");
  EXPECT_EQ(code.program.envJson, R"({"N": 1})");
  EXPECT_TRUE(code.program.allowWasm);
  EXPECT_FALSE(code.program.allowEval);
  EXPECT_EQ(code.program.limits.cpu, std::chrono::milliseconds(10));
  EXPECT_EQ(code.loaders, std::vector<std::string>{"LOADER"});
  EXPECT_EQ(code.bindings, std::vector<std::string>{"CHAT"});
  EXPECT_TRUE(code.outbound && code.isBound());
  EXPECT_EQ(code.hash.size(), 64U);
  EXPECT_FALSE(read(R"({"code": "1", "loaders": ["L"]})").isBound());
}

TEST(WorkerDocument, LowersLimitsToTheCeilings) {
  WorkerCode code = read(R"({"code": "1", "limits": {"cpuMs": 5000, "wallMs": 10, "memoryMb": 4096}})");
  EXPECT_EQ(code.program.limits.cpu, std::chrono::seconds(1));
  EXPECT_EQ(code.program.limits.wall, std::chrono::milliseconds(10));
  EXPECT_EQ(code.program.limits.memoryBytes, 256U << 20U);
}

TEST(WorkerDocument, HasOneHashForEveryOrder) {
  std::string one = read(R"({"mainModule": "a.js", "modules": {"a.js": "1", "b.js": "2", "c.js": "3"},
    "env": {"A": 1, "B": {"x": 1, "y": 2}}, "loaders": ["L", "M"]})")
                        .hash;
  EXPECT_EQ(one, read(R"({"loaders": ["M", "L"], "env": {"B":{"y":2,"x":1},"A":1},
    "modules": {"c.js": "3", "b.js": "2", "a.js": "1"}, "mainModule": "a.js"})")
                     .hash);
  EXPECT_EQ(one, read(R"({"mainModule": "./a.js", "modules": {"b.js": "2", "c.js": "3", "a.js": {"js": "1"}},
    "env": {"A": 1, "B": {"x": 1, "y": 2}}, "loaders": ["L", "M"], "globalOutbound": null})")
                     .hash);
}

TEST(WorkerDocument, HasAnotherHashForEveryDifference) {
  const char* const documents[] = {
      R"({"code": "1"})",
      R"({"code": "2"})",
      R"({"code": "1", "env": {}})",
      R"({"code": "1", "env": {"A": 1}})",
      R"({"code": "1", "env": {"A": "1"}})",
      R"({"code": "1", "limits": {"cpuMs": 51}})",
      R"({"code": "1", "limits": {"memoryMb": 65}})",
      R"({"code": "1", "limits": {"logBytes": 1}})",
      R"({"code": "1", "allow": ["eval"]})",
      R"({"code": "1", "allow": ["wasm"]})",
      R"({"code": "1", "loaders": ["A"]})",
      R"({"code": "1", "bindings": ["A"]})",
      R"({"code": "1", "outbound": true})",
      R"({"mainModule": "a.js", "modules": {"a.js": "1"}})",
      R"({"mainModule": "b.js", "modules": {"b.js": "1"}})",
      R"({"mainModule": "a.js", "modules": {"a.js": {"cjs": "1"}}})",
      R"({"mainModule": "a.js", "modules": {"a.js": "1", "b.js": "2"}})",
      R"({"mainModule": "b.js", "modules": {"a.js": "1", "b.js": "2"}})",
      R"({"mainModule": "a.js", "modules": {"a.js": "2", "b.js": "1"}})",
  };
  std::vector<std::string> seen;
  for (const char* document : documents) {
    std::string hash = read(document).hash;
    EXPECT_EQ(std::find(seen.begin(), seen.end(), hash), seen.end()) << document;
    seen.push_back(hash);
  }
}

TEST(WorkerDocument, NamesWhatIsWrong) {
  expectRefused(R"({"code": "1", "loader": ["A"]})", "did you mean loaders?");
  expectRefused(R"({"code": "1", "limits": {"cpums": 1}})", "did you mean cpuMs?");
  expectRefused(R"({"code": "1", "zebra": 1})", "known are code, mainModule");
  expectRefused(R"({"code": "1", "input": 1})", "belongs to a call");
  expectRefused(R"({"code": "1", "bindings": ["A"]})", "/v1/rpc", Bindings::kRefused);
  expectRefused(R"({"code": "1", "outbound": false})", "/v1/rpc", Bindings::kRefused);
  expectRefused(R"({"code": "1", "outbound": 1})", "not true or false");
  expectRefused(R"({"code": "1", "bindings": "A"})", "not a list of names");
  expectRefused(R"({"code": "1", "bindings": [""]})", "not a list of names");
  expectRefused(R"({"code": "1", "bindings": ["A"], "env": {"A": 1}})", "\"A\" is given twice");
  expectRefused(R"({"code": "1", "bindings": ["A"], "loaders": ["A"]})", "\"A\" is given twice");
  expectRefused(R"({"code": "1", "globalOutbound": {}})", "can only be null");
  expectRefused(R"({"loaders": []})", "mainModule");
}

TEST(WorkerId, HasAnAlphabet) {
  for (const char* id : {"a", "A-1_b.c:d@e", "w_0"}) EXPECT_TRUE(checkWorkerId(id).ok()) << id;
  for (const std::string& id : {std::string(), std::string("a b"), std::string("a/b"), std::string("ä"),
                                std::string("a\n"), std::string(201, 'a')}) {
    EXPECT_FALSE(checkWorkerId(id).ok()) << id;
  }
  EXPECT_TRUE(checkWorkerId(std::string(200, 'a')).ok());
}

}  // namespace
}  // namespace mayfly
