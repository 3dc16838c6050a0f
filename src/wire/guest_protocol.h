// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the daemon says to a guest (one Job) and what a guest says back (logs, then one result or failure).
// The guest is hostile: each decode function here is bounded, fuzzed, and fails with E_PROTO.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace mayfly::wire {

// kData becomes an ArrayBuffer, kWasm a WebAssembly.Module.
enum class ModuleKind : uint8_t { kJavaScript = 0, kJson = 1, kText = 2, kData = 3, kWasm = 4, kCommonJs = 5 };
constexpr uint8_t kModuleKindCount = 6;

struct Module {
  std::string name;
  ModuleKind kind = ModuleKind::kJavaScript;
  std::string source;
  bool transformed = false;  // lines and columns are not those of the author's text
};

// daemon -> guest
struct Job {
  std::vector<Module> modules;  // the first is the main module
  std::string inputJson;        // JSON text or empty for undefined
  std::string argumentsJson;    // a JSON array: the whole argument list in place of the input; or empty
  std::string envJson;          // a JSON object or empty
  std::string propsJson;        // JSON text or empty
  std::string entrypoint;       // the export to call; empty: the default
  std::string method;           // its method; empty: by the rule of guest/entrypoint.h
  bool allowEval = false;       // code from strings
  bool allowWasm = false;       // WebAssembly from bytes of the program's own
  double startMillis = 0;       // the frozen clock's value
  uint64_t outputBytes = 0;
  uint64_t logBytes = 0;
  bool wantTimings = false;
  bool waits = false;                 // after a result that does not linger, wait to be ended: usage is read before
  bool serve = false;                 // stay, and live on streams (serve_protocol.h); there is no input then
  bool session = false;               // kFirstSession is open from the start: live objects of whoever loads the worker
  bool outbound = false;              // and it answers the program's fetch()
  std::vector<std::string> bindings;  // names in env that are live objects at the other end of that session
  std::vector<std::string> loaders;   // names in env that load children
};

enum class LogLevel : uint8_t { kDebug = 0, kLog = 1, kInfo = 2, kWarn = 3, kError = 4, kTrace = 5 };
constexpr uint8_t kLogLevelCount = 6;
std::string_view logLevelName(LogLevel level);

// guest -> daemon
struct LogRecord {
  LogLevel level = LogLevel::kLog;
  uint32_t line = 0;       // of the call in the module's source; 0 when unknown
  double millis = 0;       // the guest's clock
  bool truncated = false;  // the last record: the log limit was reached
  std::string argsJson;    // a JSON array of structured values
};

struct StackFrame {
  std::string function;
  std::string module;
  uint32_t line = 0;    // from 1
  uint32_t column = 0;  // from 1, UTF-16 units
};

struct Failure {
  ErrorCode code = ErrorCode::kException;
  std::string name;  // "TypeError"
  std::string message;
  std::string hint;        // what the author may have meant, or empty
  std::string detailJson;  // the thrown value, structured, when it was not an Error; or its own properties
  std::vector<StackFrame> frames;
  std::vector<Failure> causes;  // the chain of `cause`, outermost first; flat
};

struct ResultValue {
  bool defined = false;  // false: the program returned undefined
  std::string json;
  uint32_t pendingTimers = 0;  // cancelled because the program had already returned
  bool lingers = false;        // promises given to waitUntil are still open: a Settled will follow
};

// After a result that lingers: those promises are settled, or nothing can settle them.
struct Settled {
  uint32_t pendingTimers = 0;
  std::vector<std::string> warnings;
};

struct Timings {  // microseconds of the guest's own clock; for --trace, never for metering
  uint32_t received = 0;
  uint32_t compiled = 0;
  uint32_t ran = 0;
  uint32_t encoded = 0;
};

constexpr size_t kMaxModules = 10'000;
constexpr size_t kMaxModuleBytes = 64U << 20U;
constexpr size_t kMaxJobPayload = kMaxModuleBytes + (16U << 20U);
constexpr size_t kMaxLogPayload = 128U << 10U;
constexpr size_t kMaxFailureText = 16U << 10U;
constexpr size_t kMaxFrames = 32;
constexpr size_t kMaxCauses = 8;
constexpr size_t kMaxWarnings = 8;
constexpr size_t kMaxWarningText = 2048;
constexpr size_t kMaxNameBytes = 1024;
constexpr size_t kMaxBindings = 1000;
constexpr size_t kMaxFailurePayload = 1U << 20U;  // a failure and its causes at their largest

std::string encodeJob(const Job& job);
Result<Job> decodeJob(std::string_view payload);

std::string encodeLog(const LogRecord& log);
Result<LogRecord> decodeLog(std::string_view payload);

std::string encodeResult(const ResultValue& result);
Result<ResultValue> decodeResult(std::string_view payload);

std::string encodeSettled(const Settled& settled);
Result<Settled> decodeSettled(std::string_view payload);

std::string encodeFailure(const Failure& failure);
Result<Failure> decodeFailure(std::string_view payload);

std::string encodeTimings(const Timings& timings);
Result<Timings> decodeTimings(std::string_view payload);

}  // namespace mayfly::wire
