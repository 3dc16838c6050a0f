// SPDX-License-Identifier: Apache-2.0
#include "scheduler/outcome.h"

#include <cmath>

#include "base/json_text.h"

namespace mayfly {
namespace {

double millis(uint64_t nanos) { return static_cast<double>(nanos) / 1e6; }

std::string framesJson(const std::vector<wire::StackFrame>& frames) {
  std::string out = "[";
  for (const wire::StackFrame& frame : frames) {
    if (out.size() > 1) out += ',';
    JsonObject object(out);
    if (!frame.function.empty()) object.text("function", frame.function);
    object.text("file", frame.module).integer("line", frame.line).integer("column", frame.column);
  }
  return out + "]";
}

// The text that JavaScript's `stack` would have, in original coordinates.
std::string stackText(const RunError& error) {
  std::string text = error.name.empty() ? error.message : error.name + ": " + error.message;
  for (const wire::StackFrame& frame : error.frames) {
    std::string at = frame.module + ":" + std::to_string(frame.line) + ":" + std::to_string(frame.column);
    text += "\n    at " + (frame.function.empty() ? at : frame.function + " (" + at + ")");
  }
  return text;
}

std::string isolationJson(seal::LayerSet layers) {
  std::string names = "[";
  for (const seal::LayerInfo& info : seal::layerTable()) {
    if ((layers & seal::bit(info.layer)) != 0) names += (names.size() > 1 ? "," : "") + jsonString(info.name);
  }
  return names + "]";
}

std::string limitsJson(const Limits& limits) {
  std::string out;
  JsonObject(out)
      .number("cpuMs", millis(static_cast<uint64_t>(limits.cpu.count())))
      .integer("wallMs", static_cast<uint64_t>(limits.wall.count()))
      .number("memoryMb", static_cast<double>(limits.memoryBytes) / (1U << 20U))
      .integer("outputBytes", limits.outputBytes)
      .integer("logBytes", limits.logBytes);
  return out;
}

std::string usageJson(const Usage& usage) {
  std::string out;
  {
    JsonObject object(out);
    object.number("cpuMs", millis(usage.cpuUserNanos + usage.cpuSystemNanos));
    if (!usage.cpuInOne) {
      object.number("cpuUserMs", millis(usage.cpuUserNanos)).number("cpuSystemMs", millis(usage.cpuSystemNanos));
    }
    object.number("wallMs", millis(usage.wallNanos))
        .number("peakMemoryMb", static_cast<double>(usage.peakMemoryBytes) / (1U << 20U))
        .number("residentMb", static_cast<double>(usage.residentBytes) / (1U << 20U))
        .integer("logBytes", usage.logBytes)
        .integer("outputBytes", usage.outputBytes)
        .raw("limits", limitsJson(usage.limits))
        .raw("isolation", isolationJson(usage.isolation));
  }
  return out;
}

std::string traceJson(const Trace& trace) {
  std::string out;
  JsonObject(out)
      .boolean("spare", trace.spare)
      .number("preparedUs", trace.prepared)
      .number("assignedUs", trace.assigned)
      .number("forkedUs", trace.forked)
      .number("guestCompiledUs", trace.guest.compiled)
      .number("guestRanUs", trace.guest.ran)
      .number("guestEncodedUs", trace.guest.encoded)
      .number("repliedUs", trace.replied)
      .number("reapedUs", trace.reaped);
  return out;
}

}  // namespace

std::string errorJson(const RunError& error) {
  std::string out;
  {
    JsonObject object(out);
    object.text("code", errorInfo(error.code).code).boolean("retryable", errorInfo(error.code).retryable);
    if (!error.limit.empty()) object.text("limit", error.limit);
    if (!error.name.empty()) object.text("name", error.name);
    object.text("message", error.message);
    if (!error.hint.empty()) object.text("hint", error.hint);
    if (!error.detailJson.empty()) object.raw(error.name == "NonError" ? "thrown" : "properties", error.detailJson);
    if (!error.frames.empty()) {
      object.text("file", error.frames[0].module).integer("line", error.frames[0].line);
      object.integer("column", error.frames[0].column).text("stack", stackText(error));
      object.raw("frames", framesJson(error.frames));
    }
    if (!error.codeFrame.empty()) object.text("codeFrame", error.codeFrame);
    if (!error.causes.empty()) {
      std::string causes = "[";
      for (const RunError& cause : error.causes) causes += (causes.size() > 1 ? "," : "") + errorJson(cause);
      object.raw("causes", causes + "]");
    }
  }
  return out;
}

std::string logJson(const wire::LogRecord& log) {
  std::string out;
  {
    JsonObject object(out);
    object.text("level", wire::logLevelName(log.level));
    // ECMA-262, 21.4.1.1: no time is further away. A guest's word is anything.
    constexpr double kFurthest = 8.64e15;
    bool aTime = std::abs(log.millis) <= kFurthest;
    object.raw("time", aTime ? std::to_string(static_cast<int64_t>(log.millis)) : "null");
    if (log.line > 0) object.integer("line", log.line);
    object.raw("args", log.argsJson);
  }
  return out;
}

std::string outcomeJson(const Outcome& outcome, std::string_view logsJson, bool withTrace) {
  std::string out;
  {
    JsonObject object(out);
    object.text("id", outcome.id).text("status", outcome.ok() ? "ok" : "error");
    if (outcome.resultJson) object.raw("result", *outcome.resultJson);
    if (outcome.error) object.raw("error", errorJson(*outcome.error));
    if (!logsJson.empty()) object.raw("logs", logsJson).boolean("logsTruncated", outcome.logsTruncated);
    if (!outcome.warnings.empty()) {
      std::string warnings = "[";
      for (const std::string& warning : outcome.warnings)
        warnings += (warnings.size() > 1 ? "," : "") + jsonString(warning);
      object.raw("warnings", warnings + "]");
    }
    object.raw("usage", usageJson(outcome.usage));
    if (withTrace) object.raw("trace", traceJson(outcome.trace));
  }
  return out;
}

}  // namespace mayfly
