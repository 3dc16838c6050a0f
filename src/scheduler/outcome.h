// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a caller asks for and what it gets back. The guest's own failure is data here, never a Result.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "seal/layers.h"
#include "wire/guest_protocol.h"

namespace mayfly {

// kAuto: JavaScript if it parses as that, else TypeScript (for text without a file name).
enum class Language : uint8_t { kAuto, kJavaScript, kTypeScript, kTsx, kJsx, kJson, kText, kCommonJs, kData, kWasm };

struct SourceModule {
  std::string name;
  Language language = Language::kJavaScript;
  std::string source;
};

// The operator's defaults and, per run, the caller's wishes. Each is enforced from outside the guest.
struct Limits {
  std::chrono::nanoseconds cpu{50'000'000};
  std::chrono::milliseconds wall{30'000};
  uint64_t memoryBytes = 64U << 20U;
  uint64_t outputBytes = 1U << 20U;
  uint64_t logBytes = 256U << 10U;
};

struct RunRequest {
  std::vector<SourceModule> modules;  // the first is the main module
  std::string inputJson;              // empty: undefined
  std::string argumentsJson;          // an array: the whole argument list in place of the input; or empty
  std::string envJson;                // an object or empty
  std::string propsJson;              // ctx.props, or empty
  std::string entrypoint;             // the export to run; empty: the default
  std::string method;                 // its method; empty: by the rule of guest/entrypoint.h
  bool allowEval = false;             // code from strings
  bool allowWasm = false;             // WebAssembly from bytes at run time
  std::string outputSchemaJson;       // what a result has to match, or empty; whoever submits the run checks it
  Limits limits;
  // The outcome of a program that succeeded comes with its result instead of after its end. Its usage is what the
  // kernel says at that moment; what it takes to end the process is charged to nobody, and user and system time are
  // one.
  bool endAtReply = false;
  bool trace = false;
};

struct RunError {
  ErrorCode code = ErrorCode::kException;
  std::string limit;  // "cpuMs" and so on, when a limit was hit
  std::string name;
  std::string message;
  std::string hint;  // what the author may have meant, or empty
  std::string detailJson;
  std::vector<wire::StackFrame> frames;  // in the coordinates of the original source
  std::string codeFrame;
  std::vector<RunError> causes;
};

// Exact, by the kernel's account (wait4), children and helpers not included: there are none.
struct Usage {
  uint64_t cpuUserNanos = 0;
  uint64_t cpuSystemNanos = 0;
  bool cpuInOne = false;  // all of it stands under user time
  uint64_t wallNanos = 0;
  uint64_t peakMemoryBytes = 0;  // resident beyond what every guest starts with, shared with its zygote
  uint64_t residentBytes = 0;    // resident in all, shared pages included (ru_maxrss)
  // Memory-time: bytes beyond the zygote's, times milliseconds. Of a run by its peak; of a worker by samples, and a
  // call's share of it.
  uint64_t memoryByteMillis = 0;
  uint64_t logBytes = 0;
  uint64_t outputBytes = 0;
  Limits limits;
  seal::LayerSet isolation = 0;
};

// Where the time went, in microseconds since the run was submitted. The guest's own marks are its word.
struct Trace {
  double prepared = 0;  // TypeScript stripped
  double assigned = 0;  // a guest was found or asked for
  double forked = 0;    // the zygote said that it exists; 0 with a spare
  bool spare = false;
  wire::Timings guest;  // since the guest had its job
  double replied = 0;   // the result or failure was here
  double reaped = 0;    // the process was gone and its usage known
};

struct Outcome {
  std::string id;
  std::optional<std::string> resultJson;  // nothing: the program returned undefined
  std::optional<RunError> error;
  std::vector<std::string> warnings;
  bool logsTruncated = false;
  Usage usage;
  Trace trace;

  [[nodiscard]] bool ok() const { return !error.has_value(); }
};

// The JSON document of overview.md. `logsJson` is an array or empty.
std::string outcomeJson(const Outcome& outcome, std::string_view logsJson, bool withTrace);
std::string errorJson(const RunError& error);
std::string logJson(const wire::LogRecord& log);

}  // namespace mayfly
