// SPDX-License-Identifier: Apache-2.0
#pragma once

// A table of real workers over a real scheduler, with the oracle "nothing leaked" after each test.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "abuse/sandbox_fixture.h"
#include "workers/worker_table.h"

namespace mayfly::workers {

using abuse::Sandbox;
using abuse::SandboxTest;

// What the caller of a worker's method gets to see.
struct Answer {
  bool ended = false;
  Outcome outcome;
  std::vector<wire::LogRecord> logs;

  [[nodiscard]] std::string code() const;
  // The result's JSON, or the error's code and message.
  [[nodiscard]] std::string text() const;
};

// The daemon's end of a stream, written down.
class Recorder final : public StreamListener {
 public:
  void onHead(const wire::ResponseHead& head) override { heads.push_back(head); }
  void onChunk(std::string_view bytes) override { body += bytes; }
  void onEnd() override { bodyEnded = true; }
  void onText(std::string_view message) override { texts.emplace_back(message); }
  void onCredit(uint32_t bytes) override { credit += bytes; }
  void onClose(const wire::Close& close) override { closes.push_back(close); }
  void onLog(const wire::LogRecord& log) override { logs.push_back(log); }
  void onDone(const std::optional<RunError>& why, const Usage& used) override;

  [[nodiscard]] std::string code() const;

  std::vector<wire::ResponseHead> heads;
  std::string body;
  std::vector<std::string> texts;
  std::vector<wire::Close> closes;
  std::vector<wire::LogRecord> logs;
  uint64_t credit = 0;
  bool bodyEnded = false;
  bool done = false;
  std::optional<RunError> error;
  Usage usage;
};

class WorkerTest : public SandboxTest {
 protected:
  void SetUp() override;
  void TearDown() override;
  virtual WorkerTableOptions tableOptions() const;

  WorkerTable& table() { return *table_; }
  void replaceTable(const WorkerTableOptions& options);

  // A document of one JavaScript module; `more` is further members with a comma before each.
  static std::string document(const std::string& program, const std::string& more = {});
  WorkerCode code(const std::string& program, const std::string& more = {});
  WorkerTable::Entry get(const std::string& id, const std::string& program, const std::string& more = {});
  WorkerTable::Entry getDocument(const std::string& id, const std::string& json, OwnerId owner = 0);

  // Begins a call of the default entrypoint.
  std::shared_ptr<Answer> begin(Worker& worker, const std::string& input = {}, const std::string& method = {});
  std::shared_ptr<Answer> begin(Worker& worker, const Limits& limits, const std::string& input = {},
                                const std::string& method = {});
  // And waits for its end.
  Answer call(Worker& worker, const std::string& input = {}, const std::string& method = {});
  // Turns the loop; fails the test when `done` does not come true.
  void until(const std::function<bool()>& done, const char* what);

  struct End {
    std::string id;
    std::string why;
    std::string code;
  };
  std::vector<End> ends_;
  std::vector<std::string> loads_;
  std::vector<wire::LogRecord> looseLogs_;
  uint64_t idleCpuNanos_ = 0;

 private:
  std::unique_ptr<WorkerTable> table_;
};

}  // namespace mayfly::workers
