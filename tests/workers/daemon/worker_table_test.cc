// SPDX-License-Identifier: Apache-2.0
// Which worker one gets, and which goes.

#include "base/json_text.h"
#include "workers/daemon/worker_fixture.h"

namespace mayfly::workers {
namespace {

constexpr const char* kCounter = "let n = 0; export default () => ++n;";

class WorkerTableTest : public WorkerTest {};

TEST_F(WorkerTableTest, GetTwiceIsOneProcess) {
  auto first = get("counter", kCounter);
  EXPECT_TRUE(first.fresh);
  EXPECT_EQ(call(*first.worker).text(), "1");
  auto second = get("counter", kCounter);
  EXPECT_FALSE(second.fresh);
  EXPECT_EQ(second.worker, first.worker);
  EXPECT_EQ(call(*second.worker).text(), "2");
  EXPECT_EQ(table().size(), 1U);
  EXPECT_EQ(loads_, std::vector<std::string>{"counter"});
}

TEST_F(WorkerTableTest, OtherContentIsAnotherWorker) {
  auto one = get("a", "export default () => 'one';");
  auto two = get("a", "export default () => 'two';");
  EXPECT_NE(one.worker, two.worker);
  EXPECT_EQ(call(*one.worker).text(), "\"one\"");
  EXPECT_EQ(call(*two.worker).text(), "\"two\"");
  auto newest = table().find("a", {}, 0);
  ASSERT_TRUE(newest.ok());
  EXPECT_EQ(newest->worker, two.worker);
  auto byHash = table().find("a", one.worker->code().hash, 0);
  ASSERT_TRUE(byHash.ok());
  EXPECT_EQ(byHash->worker, one.worker);
  get("a", "export default () => 'one';");
  EXPECT_EQ(table().find("a", {}, 0)->worker, one.worker) << "the one of the last get";
  EXPECT_EQ(table().find("b", {}, 0).error().code, ErrorCode::kNotFound);
}

TEST_F(WorkerTableTest, LoadIsAlwaysFresh) {
  auto one = table().load(code(kCounter), 0);
  auto two = table().load(code(kCounter), 0);
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_NE(one->id, two->id);
  EXPECT_TRUE(one->id.starts_with("w_"));
  EXPECT_EQ(call(*one->worker).text(), "1");
  EXPECT_EQ(call(*two->worker).text(), "1");
}

TEST_F(WorkerTableTest, AStartUpErrorIsToldAndForgotten) {
  auto entry = get("bad", "throw new TypeError('not today');");
  Answer first = call(*entry.worker);
  EXPECT_EQ(first.code(), "E_EXCEPTION") << first.text();
  EXPECT_EQ(first.outcome.error->message, "not today");
  EXPECT_EQ(entry.worker->status().state, Worker::State::kEnded);
  until([&] { return !ends_.empty(); }, "its end is told");
  EXPECT_EQ(ends_[0].why, "failed");
  ASSERT_TRUE(entry.worker->status().error.has_value());
  EXPECT_EQ(table().list().size(), 1U) << "it is listed as failed";
  auto again = get("bad", "throw new TypeError('not today');");
  EXPECT_TRUE(again.fresh);
  EXPECT_NE(again.worker, entry.worker);
  EXPECT_EQ(call(*again.worker).code(), "E_EXCEPTION");
  auto found = table().find("bad", {}, 0);
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->fresh);
  EXPECT_EQ(loads_.size(), 3U);
  EXPECT_EQ(table().size(), 1U);
}

TEST_F(WorkerTableTest, SyntaxErrorsHaveTheirPlaceInTheOriginal) {
  zygoteStays_ = false;  // it does, but the tool host comes and stays as well
  auto js = get("js", "const a = ;");
  EXPECT_EQ(call(*js.worker).code(), "E_SYNTAX");
  std::string ts = R"({"mainModule": "w.ts", "modules": {"w.ts": )" +
                   jsonString(
                       "interface A { n: number }\n\nexport default (a: A): number => {\n"
                       "  const x: any = null;\n  return x.n + a.n;\n};\n") +
                   "}}";
  auto typed = getDocument("ts", ts);
  Answer answer = call(*typed.worker, R"({"n":1})");
  ASSERT_EQ(answer.code(), "E_EXCEPTION") << answer.text();
  ASSERT_FALSE(answer.outcome.error->frames.empty());
  EXPECT_EQ(answer.outcome.error->frames[0].line, 5U);
  EXPECT_NE(answer.outcome.error->codeFrame.find("return x.n + a.n"), std::string::npos);
}

TEST_F(WorkerTableTest, EvictEndsWhatIsUnderWay) {
  auto entry = get("slow", "export default () => new Promise(() => setInterval(() => {}, 1000));");
  auto answer = begin(*entry.worker);
  until([&] { return entry.worker->state() == Worker::State::kWarm; }, "it is warm");
  ASSERT_TRUE(table().evict("slow").ok());
  EXPECT_EQ(table().size(), 0U);
  EXPECT_EQ(table().evict("slow").error().code, ErrorCode::kNotFound);
  until([&] { return answer->ended && !ends_.empty(); }, "the call ends");
  EXPECT_EQ(answer->code(), "E_CANCELLED");
  EXPECT_EQ(ends_[0].why, "evicted");
  EXPECT_FALSE(entry.worker->status().error.has_value()) << "it was our wish";
  EXPECT_EQ(call(*entry.worker).code(), "E_CANCELLED") << "afterwards as well";
}

TEST_F(WorkerTableTest, OwnersSeeTheirOwnAndEndIt) {
  std::string json = document("export default () => 'mine';");
  auto mine = getDocument("x", json, 7);
  auto shared = getDocument("x", json, 0);
  auto theirs = getDocument("x", json, 8);
  EXPECT_NE(mine.worker, shared.worker);
  EXPECT_NE(mine.worker, theirs.worker);
  EXPECT_EQ(table().find("x", {}, 7)->worker, mine.worker);
  EXPECT_EQ(table().find("x", {}, 9)->worker, shared.worker);
  auto loaded = table().load(code(kCounter), 7);
  ASSERT_TRUE(loaded.ok());
  table().dropOwner(7);
  EXPECT_EQ(table().size(), 2U);
  until([&] { return ends_.size() == 2; }, "both of the owner's have ended");
  EXPECT_EQ(ends_[0].why, "owner");
  EXPECT_EQ(table().find("x", {}, 7)->worker, shared.worker);
}

TEST_F(WorkerTableTest, MemoryTakesTheLeastRecentlyUsed) {
  constexpr const char* kBallast =
      "const ballast = new Uint8Array(24 << 20).fill(7); export default (wait) => wait ? new Promise((done) => "
      "setTimeout(() => done(ballast[0]), 3_600_000)) : ballast[0];";
  WorkerTableOptions options = tableOptions();
  options.memoryBytes = 110U << 20U;
  replaceTable(options);
  auto pinned = get("pinned", kBallast);
  ASSERT_EQ(call(*pinned.worker).text(), "7");
  ASSERT_TRUE(table().pin("pinned", true).ok());
  Limits patient = pinned.worker->code().program.limits;
  patient.wall = std::chrono::minutes(10);
  auto busy = get("busy", kBallast);
  auto waiting = begin(*busy.worker, patient, "true");
  until([&] { return busy.worker->state() == Worker::State::kWarm; }, "the busy one is warm");
  auto older = get("older", kBallast);
  ASSERT_EQ(call(*older.worker).text(), "7");
  auto younger = get("younger", kBallast);
  ASSERT_EQ(call(*younger.worker).text(), "7");
  auto last = get("last", kBallast);
  ASSERT_EQ(call(*last.worker).text(), "7");
  until([&] { return !ends_.empty(); }, "one goes");
  EXPECT_EQ(ends_[0].id, "older");
  EXPECT_EQ(ends_[0].why, "memory");
  EXPECT_FALSE(waiting->ended);
  EXPECT_EQ(call(*pinned.worker).text(), "7");
  EXPECT_EQ(call(*younger.worker).text(), "7");
  EXPECT_EQ(ends_.size(), 1U);
}

TEST_F(WorkerTableTest, BusyOnesAreRefusedAndNeverKilled) {
  WorkerTableOptions options = tableOptions();
  options.maxWorkers = 1;
  replaceTable(options);
  auto only = get("only", "export default () => new Promise((done) => setTimeout(done, 3_600_000));");
  auto answer = begin(*only.worker);
  auto refused = table().get("other", code(kCounter), 0);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
  EXPECT_FALSE(answer->ended);
}

TEST_F(WorkerTableTest, IdleOnesGo) {
  WorkerTableOptions options = tableOptions();
  options.idle = std::chrono::minutes(0);
  replaceTable(options);
  auto entry = get("a", kCounter);
  ASSERT_TRUE(table().pin("a", true).ok());
  EXPECT_EQ(call(*entry.worker).text(), "1");
  get("b", kCounter);
  until([&] { return !ends_.empty(); }, "the one that is not pinned goes");
  EXPECT_EQ(ends_[0].id, "b");
  EXPECT_EQ(ends_[0].why, "idle");
  EXPECT_EQ(table().size(), 1U);
  EXPECT_GT(idleCpuNanos_, 0U) << "what it used for its start belongs to no call";
}

TEST_F(WorkerTableTest, TwoHundredAnswer) {
  std::vector<WorkerTable::Entry> entries;
  std::vector<std::shared_ptr<Answer>> answers;
  for (int i = 0; i < 200; ++i) {
    entries.push_back(get("w" + std::to_string(i), "export default (n) => [n, " + std::to_string(i) + "];"));
  }
  for (int i = 0; i < 200; ++i) answers.push_back(begin(*entries[static_cast<size_t>(i)].worker, std::to_string(i)));
  until([&] { return std::all_of(answers.begin(), answers.end(), [](const auto& each) { return each->ended; }); },
        "all have answered");
  for (int i = 0; i < 200; ++i) {
    std::string n = std::to_string(i);
    EXPECT_EQ(answers[static_cast<size_t>(i)]->text(), "[" + n + "," + n + "]");
  }
  EXPECT_EQ(table().size(), 200U);
}

TEST_F(WorkerTableTest, TheTableMayGoWhileWorkersAreHeld) {
  auto entry = get("held", kCounter);
  auto answer = begin(*entry.worker);
  replaceTable(tableOptions());
  EXPECT_TRUE(answer->ended);
  EXPECT_EQ(answer->code(), "E_CANCELLED");
  EXPECT_EQ(call(*entry.worker).code(), "E_CANCELLED");
}

}  // namespace
}  // namespace mayfly::workers
