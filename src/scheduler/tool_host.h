// SPDX-License-Identifier: Apache-2.0
#pragma once

// The resident, sealed Node process that strips TypeScript and maps positions back. Started on first use, restarted
// when it dies. It is trusted by nobody: its answers are bounded, parsed strictly, and concern only the program that
// was sent. A source may be made to hang or crash it: that source gets E_LIMIT, and what others had asked meanwhile is
// asked again, once.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/event_loop.h"
#include "scheduler/outcome.h"
#include "scheduler/sealed_process.h"
#include "wire/frame.h"

namespace mayfly {

struct ToolHostOptions {
  SealedProcessOptions process;
  std::chrono::seconds answerLimit{10};
};

// A stripped module, or where its syntax error is (original coordinates, from 1).
struct Transformed {
  bool ok = false;
  std::string code;
  std::string mapId;  // empty: positions are unchanged
  std::string message;
  uint32_t line = 0;
  uint32_t column = 0;
};

struct Position {
  uint32_t line = 0;
  uint32_t column = 0;
};

// Why a value does not match a JSON Schema, or why the schema is none.
struct SchemaProblem {
  bool ofSchema = false;
  std::string path;  // in the value, as a JSON pointer
  std::string message;
};

class ToolHost {
 public:
  ToolHost(EventLoop& loop, ToolHostOptions options) : loop_(loop), options_(std::move(options)) {}
  ~ToolHost();
  ToolHost(const ToolHost&) = delete;
  ToolHost& operator=(const ToolHost&) = delete;

  // Starts the process ahead of the first question.
  void warm();

  void transform(const SourceModule& module, std::function<void(Result<Transformed>)> done);
  // Each position's original; those that have none come back as nothing.
  void map(const std::string& mapId, const std::vector<Position>& positions,
           std::function<void(Result<std::vector<std::optional<Position>>>)> done);
  // Whether a value matches a JSON Schema (2020-12). Without a value, whether it is a schema.
  void check(std::string_view schemaJson, std::string_view valueJson,
             std::function<void(Result<std::optional<SchemaProblem>>)> done);

 private:
  using Answer = std::function<void(Result<std::string>)>;
  struct Question {
    wire::FrameType type;
    std::string json;
    Answer answer;
    int attempts = 0;
    EventLoop::TimerId timer{};
  };
  void ask(Question question);
  void onTimeout(uint64_t id);
  void onDeath();
  void askAgain(std::unordered_map<uint64_t, Question> questions);
  Result<void> start();
  void onChannel(uint32_t events);
  void flush();
  void onFrame(const wire::Frame& frame);
  // Ends the process; what was asked of it is answered with the error.
  void stop(const Error& error);
  std::unordered_map<uint64_t, Question> takeDown();

  EventLoop& loop_;
  ToolHostOptions options_;
  std::unique_ptr<SealedProcess> process_;
  UniqueFd channel_;
  wire::FrameReader reader_{wire::kMaxToolPayload};
  std::string unsent_;
  bool hello_ = false;  // it may be spoken to
  uint64_t lastId_ = 0;
  std::unordered_map<uint64_t, Question> questions_;
};

}  // namespace mayfly
