// SPDX-License-Identifier: Apache-2.0
#include "wire/guest_protocol.h"

#include <array>

#include "wire/byte_codec.h"

namespace mayfly::wire {
namespace {

constexpr std::array<std::string_view, kLogLevelCount> kLevelNames = {"debug", "log", "info", "warn", "error", "trace"};

Error malformed(std::string_view what) { return Error{ErrorCode::kProtocol, "malformed " + std::string(what)}; }

void writeFrames(ByteWriter& writer, const std::vector<StackFrame>& frames) {
  writer.put(static_cast<uint8_t>(frames.size()));
  for (const StackFrame& frame : frames) {
    writer.text(frame.function);
    writer.text(frame.module);
    writer.put(frame.line);
    writer.put(frame.column);
  }
}

void readFrames(ByteReader& reader, std::vector<StackFrame>& frames) {
  auto count = reader.get<uint8_t>();
  if (count > kMaxFrames) return reader.fail();
  for (uint8_t i = 0; i < count && !reader.failed(); ++i) {
    StackFrame frame;
    frame.function = reader.utf8(kMaxNameBytes);
    frame.module = reader.utf8(kMaxNameBytes);
    frame.line = reader.get<uint32_t>();
    frame.column = reader.get<uint32_t>();
    frames.push_back(std::move(frame));
  }
}

void writeNames(ByteWriter& writer, const std::vector<std::string>& names) {
  writer.put(static_cast<uint16_t>(names.size()));
  for (const std::string& name : names) writer.text(name);
}

void readNames(ByteReader& reader, std::vector<std::string>& names) {
  auto count = reader.get<uint16_t>();
  if (count > kMaxBindings) return reader.fail();
  for (uint16_t i = 0; i < count && !reader.failed(); ++i) names.emplace_back(reader.text(kMaxNameBytes));
}

void writeOneFailure(ByteWriter& writer, const Failure& failure) {
  writer.put(static_cast<uint8_t>(failure.code));
  writer.text(failure.name);
  writer.text(failure.message);
  writer.text(failure.hint);
  writer.text(failure.detailJson);
  writeFrames(writer, failure.frames);
}

// A guest may say that its program failed, never that a limit, the kernel or the host did: those are ours to know.
// E_OUTPUT and E_DENIED are the guest's own honest reports and weigh no more than an exception.
bool guestMayReport(ErrorCode code) {
  switch (code) {
    case ErrorCode::kException:
    case ErrorCode::kSyntax:
    case ErrorCode::kRejection:
    case ErrorCode::kUnsettled:
    case ErrorCode::kModule:
    case ErrorCode::kEntrypoint:
    case ErrorCode::kResult:
    case ErrorCode::kCpu:
    case ErrorCode::kMemory:
    case ErrorCode::kOutput:
    case ErrorCode::kLimit:
    case ErrorCode::kDenied:
      return true;
    default:
      return false;
  }
}

void readOneFailure(ByteReader& reader, Failure& failure) {
  auto code = static_cast<ErrorCode>(reader.get<uint8_t>());
  if (!guestMayReport(code)) return reader.fail();
  failure.code = code;
  failure.name = reader.utf8(kMaxNameBytes);
  failure.message = reader.utf8(kMaxFailureText);
  failure.hint = reader.utf8(kMaxNameBytes);
  failure.detailJson = reader.utf8(kMaxFailureText);
  readFrames(reader, failure.frames);
}

}  // namespace

std::string_view logLevelName(LogLevel level) { return kLevelNames.at(static_cast<size_t>(level)); }

std::string encodeJob(const Job& job) {
  ByteWriter writer;
  writer.put(static_cast<uint32_t>(job.modules.size()));
  for (const Module& module : job.modules) {
    writer.text(module.name);
    writer.put(static_cast<uint8_t>(module.kind));
    writer.text(module.source);
    writer.put(static_cast<uint8_t>(module.transformed));
  }
  for (const std::string* text :
       {&job.inputJson, &job.argumentsJson, &job.envJson, &job.propsJson, &job.entrypoint, &job.method}) {
    writer.text(*text);
  }
  writer.put(static_cast<uint8_t>(job.allowEval));
  writer.put(static_cast<uint8_t>(job.allowWasm));
  writer.put(job.startMillis);
  writer.put(job.outputBytes);
  writer.put(job.logBytes);
  for (bool flag : {job.wantTimings, job.waits, job.serve, job.session, job.outbound})
    writer.put(static_cast<uint8_t>(flag));
  writeNames(writer, job.bindings);
  writeNames(writer, job.loaders);
  return writer.take();
}

Result<Job> decodeJob(std::string_view payload) {
  ByteReader reader(payload);
  Job job;
  auto count = reader.get<uint32_t>();
  if (count == 0 || count > kMaxModules) return malformed("job");
  for (uint32_t i = 0; i < count && !reader.failed(); ++i) {
    Module module;
    module.name = reader.text(kMaxNameBytes);
    auto kind = reader.get<uint8_t>();
    if (kind >= kModuleKindCount) return malformed("job");
    module.kind = static_cast<ModuleKind>(kind);
    module.source = reader.text(kMaxModuleBytes);
    module.transformed = reader.get<uint8_t>() != 0;
    job.modules.push_back(std::move(module));
  }
  for (std::string* json : {&job.inputJson, &job.argumentsJson, &job.envJson, &job.propsJson}) {
    *json = reader.text(kMaxJobPayload);
  }
  job.entrypoint = reader.text(kMaxNameBytes);
  job.method = reader.text(kMaxNameBytes);
  job.allowEval = reader.get<uint8_t>() != 0;
  job.allowWasm = reader.get<uint8_t>() != 0;
  job.startMillis = reader.get<double>();
  job.outputBytes = reader.get<uint64_t>();
  job.logBytes = reader.get<uint64_t>();
  for (bool* flag : {&job.wantTimings, &job.waits, &job.serve, &job.session, &job.outbound})
    *flag = reader.get<uint8_t>() != 0;
  readNames(reader, job.bindings);
  readNames(reader, job.loaders);
  if (!reader.done()) return malformed("job");
  return job;
}

std::string encodeLog(const LogRecord& log) {
  ByteWriter writer;
  writer.put(static_cast<uint8_t>(log.level));
  writer.put(log.line);
  writer.put(log.millis);
  writer.put(static_cast<uint8_t>(log.truncated));
  writer.text(log.argsJson);
  return writer.take();
}

Result<LogRecord> decodeLog(std::string_view payload) {
  ByteReader reader(payload);
  LogRecord log;
  auto level = reader.get<uint8_t>();
  if (level >= kLogLevelCount) return malformed("log record");
  log.level = static_cast<LogLevel>(level);
  log.line = reader.get<uint32_t>();
  log.millis = reader.get<double>();
  log.truncated = reader.get<uint8_t>() != 0;
  log.argsJson = reader.utf8(kMaxLogPayload);
  if (!reader.done()) return malformed("log record");
  return log;
}

std::string encodeResult(const ResultValue& result) {
  ByteWriter writer;
  writer.put(static_cast<uint8_t>(result.defined));
  writer.put(result.pendingTimers);
  writer.put(static_cast<uint8_t>(result.lingers));
  writer.text(result.json);
  return writer.take();
}

Result<ResultValue> decodeResult(std::string_view payload) {
  ByteReader reader(payload);
  ResultValue result;
  auto defined = reader.get<uint8_t>();
  if (defined > 1) return malformed("result");
  result.defined = defined == 1;
  result.pendingTimers = reader.get<uint32_t>();
  auto lingers = reader.get<uint8_t>();
  if (lingers > 1) return malformed("result");
  result.lingers = lingers == 1;
  result.json = reader.utf8(kMaxJobPayload);
  if (!reader.done() || result.defined == result.json.empty()) return malformed("result");
  return result;
}

std::string encodeSettled(const Settled& settled) {
  ByteWriter writer;
  writer.put(settled.pendingTimers);
  writer.put(static_cast<uint8_t>(settled.warnings.size()));
  for (const std::string& warning : settled.warnings) writer.text(warning);
  return writer.take();
}

Result<Settled> decodeSettled(std::string_view payload) {
  ByteReader reader(payload);
  Settled settled;
  settled.pendingTimers = reader.get<uint32_t>();
  auto count = reader.get<uint8_t>();
  if (count > kMaxWarnings) return malformed("end of a lingering result");
  for (uint8_t i = 0; i < count && !reader.failed(); ++i) {
    settled.warnings.push_back(reader.utf8(kMaxWarningText));
  }
  if (!reader.done()) return malformed("end of a lingering result");
  return settled;
}

std::string encodeFailure(const Failure& failure) {
  ByteWriter writer;
  writeOneFailure(writer, failure);
  writer.put(static_cast<uint8_t>(failure.causes.size()));
  for (const Failure& cause : failure.causes) writeOneFailure(writer, cause);
  return writer.take();
}

Result<Failure> decodeFailure(std::string_view payload) {
  ByteReader reader(payload);
  Failure failure;
  readOneFailure(reader, failure);
  auto causes = reader.get<uint8_t>();
  if (causes > kMaxCauses) return malformed("failure");
  for (uint8_t i = 0; i < causes && !reader.failed(); ++i) {
    readOneFailure(reader, failure.causes.emplace_back());
  }
  if (!reader.done()) return malformed("failure");
  return failure;
}

std::string encodeTimings(const Timings& timings) {
  ByteWriter writer;
  writer.put(timings.received);
  writer.put(timings.compiled);
  writer.put(timings.ran);
  writer.put(timings.encoded);
  return writer.take();
}

Result<Timings> decodeTimings(std::string_view payload) {
  ByteReader reader(payload);
  Timings timings;
  timings.received = reader.get<uint32_t>();
  timings.compiled = reader.get<uint32_t>();
  timings.ran = reader.get<uint32_t>();
  timings.encoded = reader.get<uint32_t>();
  if (!reader.done()) return malformed("timings");
  return timings;
}

}  // namespace mayfly::wire
