// SPDX-License-Identifier: Apache-2.0
#include "workers/daemon/worker_fixture.h"

#include "base/json_text.h"

namespace mayfly::workers {
namespace {

std::string codeOf(const std::optional<RunError>& error) {
  return error ? std::string(errorInfo(error->code).code) : std::string();
}

}  // namespace

std::string Answer::code() const { return codeOf(outcome.error); }

std::string Answer::text() const {
  if (outcome.error) return code() + " " + outcome.error->message;
  return outcome.resultJson.value_or("undefined");
}

void Recorder::onDone(const std::optional<RunError>& why, const Usage& used) {
  EXPECT_FALSE(done) << "a stream ends once";
  done = true;
  error = why;
  usage = used;
}

std::string Recorder::code() const { return codeOf(error); }

WorkerTableOptions WorkerTest::tableOptions() const {
  WorkerTableOptions options;
  options.defaults.cpu = std::chrono::seconds(2);  // of busy machines
  options.ceilings.cpu = std::chrono::seconds(60);
  options.ceilings.wall = std::chrono::minutes(10);
  options.ceilings.memoryBytes = 512U << 20U;
  return options;
}

void WorkerTest::SetUp() {
  SandboxTest::SetUp();
  replaceTable(tableOptions());
}

void WorkerTest::replaceTable(const WorkerTableOptions& options) {
  WorkerTable::Events events;
  events.onLoad = [this](const std::string& id, const WorkerCode&) { loads_.push_back(id); };
  events.onEnd = [this](const std::string& id, const char* why, const std::optional<RunError>& error) {
    ends_.push_back({id, why, codeOf(error)});
  };
  events.onIdleUsage = [this](const std::string&, const Usage& usage) { idleCpuNanos_ += usage.cpuUserNanos; };
  events.onLog = [this](const std::string&, const wire::LogRecord& log) { looseLogs_.push_back(log); };
  table_.reset();
  table_ = WorkerTable::create(sandbox().loop(), sandbox().scheduler(), options, std::move(events));
}

void WorkerTest::TearDown() {
  bool cleared = false;
  table_->clear([&] { cleared = true; });
  until([&] { return cleared; }, "the table is empty");
  EXPECT_EQ(table_->size(), 0U);
  table_.reset();
  SandboxTest::TearDown();
}

std::string WorkerTest::document(const std::string& program, const std::string& more) {
  return R"({"mainModule": "worker.js", "modules": {"worker.js": )" + jsonString(program) + "}" + more + "}";
}

WorkerCode WorkerTest::code(const std::string& program, const std::string& more) {
  WorkerTableOptions options = tableOptions();
  auto parsed = parseWorkerDocument(document(program, more), options.defaults, options.ceilings, Bindings::kAllowed);
  EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().message);
  return parsed.ok() ? std::move(parsed).value() : WorkerCode();
}

WorkerTable::Entry WorkerTest::get(const std::string& id, const std::string& program, const std::string& more) {
  return getDocument(id, document(program, more));
}

WorkerTable::Entry WorkerTest::getDocument(const std::string& id, const std::string& json, OwnerId owner) {
  WorkerTableOptions options = tableOptions();
  auto parsed = parseWorkerDocument(json, options.defaults, options.ceilings, Bindings::kAllowed);
  MAYFLY_CHECK(parsed.ok());
  auto entry = table().get(id, std::move(parsed).value(), owner);
  MAYFLY_CHECK(entry.ok());
  return std::move(entry).value();
}

std::shared_ptr<Answer> WorkerTest::begin(Worker& worker, const Limits& limits, const std::string& input,
                                          const std::string& method) {
  auto answer = std::make_shared<Answer>();
  wire::Call request;
  request.inputJson = input;
  request.method = method;
  request.startMillis = wallClockMillis();
  Worker::CallCallbacks callbacks;
  callbacks.onLog = [answer](const wire::LogRecord& log) {
    EXPECT_FALSE(answer->ended);
    answer->logs.push_back(log);
  };
  callbacks.onDone = [answer](Outcome outcome) {
    EXPECT_FALSE(answer->ended) << "a call ends once";
    answer->ended = true;
    answer->outcome = std::move(outcome);
  };
  worker.call(std::move(request), limits, std::move(callbacks));
  EXPECT_FALSE(answer->ended) << "not from inside call()";
  return answer;
}

std::shared_ptr<Answer> WorkerTest::begin(Worker& worker, const std::string& input, const std::string& method) {
  return begin(worker, worker.code().program.limits, input, method);
}

Answer WorkerTest::call(Worker& worker, const std::string& input, const std::string& method) {
  auto answer = begin(worker, input, method);
  until([&] { return answer->ended; }, "a call ends");
  return *answer;
}

void WorkerTest::until(const std::function<bool()>& done, const char* what) {
  EXPECT_TRUE(sandbox().turnUntil(done)) << "waited in vain until " << what;
}

}  // namespace mayfly::workers
