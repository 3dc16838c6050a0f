// SPDX-License-Identifier: Apache-2.0
#include "guest/console.h"

#include <vector>

#include "base/json_text.h"
#include "guest/call_scope.h"
#include "guest/clock_platform.h"
#include "guest/failure.h"
#include "guest/guest_state.h"
#include "guest/log_record.h"
#include "guest/structured_value.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;
using wire::LogLevel;

constexpr size_t kMaxRecordBytes = 64U << 10U;
constexpr uint32_t kMaxIndent = 40;

uint32_t callerLine(v8::Isolate* isolate) {
  v8::Local<v8::StackTrace> stack = v8::StackTrace::CurrentStackTrace(isolate, 1, v8::StackTrace::kLineNumber);
  if (stack->GetFrameCount() == 0) return 0;
  int line = stack->GetFrame(isolate, 0)->GetLineNumber();
  return line > 0 ? static_cast<uint32_t>(line) : 0;
}

std::vector<v8::Local<v8::Value>> argumentsFrom(const Info& info, int first) {
  std::vector<v8::Local<v8::Value>> values;
  for (int i = first; i < info.Length(); ++i) values.push_back(info[i]);
  return values;
}

void emitValues(v8::Isolate* isolate, LogLevel level, std::vector<v8::Local<v8::Value>> values) {
  v8::HandleScope scope(isolate);
  v8::TryCatch guard(isolate);  // a value that cannot be described is no error of the program
  uint32_t indent = stateOf(isolate).logIndent;
  if (indent > 0) {
    v8::Local<v8::String> spaces = v8Text(isolate, std::string(size_t{indent} * 2, ' '));
    if (!values.empty() && values[0]->IsString()) {
      values[0] = v8::String::Concat(isolate, spaces, values[0].As<v8::String>());
    } else {
      values.insert(values.begin(), spaces);
    }
  }
  StructuredWriter writer(isolate->GetCurrentContext(), kMaxRecordBytes);
  writer.writeArray(values);
  emitLog(isolate, currentStream(isolate), level, callerLine(isolate), writer.take());
}

template <LogLevel kLevel>
void logAll(const Info& info) {
  emitValues(info.GetIsolate(), kLevel, argumentsFrom(info, 0));
}

// dir and table describe their first argument; the rest are options for a terminal.
void logFirst(const Info& info) {
  std::vector<v8::Local<v8::Value>> values;
  if (info.Length() > 0) values.push_back(info[0]);
  emitValues(info.GetIsolate(), LogLevel::kLog, std::move(values));
}

// A message that is text may have directives for the values after it, so it stays one text (Console standard, 1.1.1).
void consoleAssert(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  if (info[0]->BooleanValue(isolate)) return;
  auto values = argumentsFrom(info, 1);
  if (!values.empty() && values[0]->IsString()) {
    values[0] = v8::String::Concat(isolate, v8Text(isolate, "Assertion failed: "), values[0].As<v8::String>());
  } else {
    values.insert(values.begin(), v8Text(isolate, "Assertion failed"));
  }
  emitValues(isolate, LogLevel::kError, std::move(values));
}

// The values, and the stack as V8 writes it.
void trace(const Info& info) {
  constexpr int kMaxShown = 16;
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::StackTrace> stack = v8::StackTrace::CurrentStackTrace(isolate, kMaxShown, v8::StackTrace::kDetailed);
  std::string text;
  for (const wire::StackFrame& frame : describeStack(isolate, stack)) {
    std::string place = frame.module + ":" + std::to_string(frame.line) + ":" + std::to_string(frame.column);
    text += (text.empty() ? "    at " : "\n    at ") +
            (frame.function.empty() ? place : frame.function + " (" + place + ")");
  }
  auto values = argumentsFrom(info, 0);
  if (!text.empty()) values.push_back(v8Text(isolate, "\n" + text));
  emitValues(isolate, LogLevel::kTrace, std::move(values));
}

void clear(const Info& info) { stateOf(info.GetIsolate()).logIndent = 0; }

void warn(v8::Isolate* isolate, const std::string& text) {
  emitValues(isolate, LogLevel::kWarn, {v8Text(isolate, text)});
}

void group(const Info& info) {
  if (info.Length() > 0) logAll<LogLevel::kLog>(info);
  uint32_t& indent = stateOf(info.GetIsolate()).logIndent;
  if (indent < kMaxIndent) ++indent;
}

void groupEnd(const Info& info) {
  uint32_t& indent = stateOf(info.GetIsolate()).logIndent;
  if (indent > 0) --indent;
}

// The label of count and time: "default" when none is given. False when turning it into text threw.
bool labelOf(const Info& info, std::string& label) {
  label = "default";
  if (info[0]->IsUndefined()) return true;
  v8::Local<v8::String> text;
  if (!info[0]->ToString(info.GetIsolate()->GetCurrentContext()).ToLocal(&text)) return false;
  label = utf8Text(info.GetIsolate(), text, 256);
  return true;
}

void count(const Info& info) {
  std::string label;
  if (!labelOf(info, label)) return;
  auto& counts = stateOf(info.GetIsolate()).counts;
  if (counts.size() > 1000 && !counts.contains(label)) return;
  std::string text = label + ": " + std::to_string(++counts[label]);
  emitValues(info.GetIsolate(), LogLevel::kInfo, {v8Text(info.GetIsolate(), text)});
}

void countReset(const Info& info) {
  std::string label;
  if (!labelOf(info, label)) return;
  if (stateOf(info.GetIsolate()).counts.erase(label) == 0)
    warn(info.GetIsolate(), "Count for '" + label + "' does not exist");
}

void timeStart(const Info& info) {
  std::string label;
  if (!labelOf(info, label)) return;
  GuestState& state = stateOf(info.GetIsolate());
  if (state.clocks.contains(label)) return warn(info.GetIsolate(), "Timer '" + label + "' already exists");
  if (state.clocks.size() < 1000) state.clocks.emplace(label, state.clock->millis());
}

void timeReport(const Info& info, bool end) {
  std::string label;
  if (!labelOf(info, label)) return;
  GuestState& state = stateOf(info.GetIsolate());
  auto found = state.clocks.find(label);
  if (found == state.clocks.end()) return warn(info.GetIsolate(), "Timer '" + label + "' does not exist");
  std::string text = label + ": ";
  appendJsonNumber(text, state.clock->millis() - found->second);
  auto values = argumentsFrom(info, 1);
  values.insert(values.begin(), v8Text(info.GetIsolate(), text + " ms"));
  if (end) state.clocks.erase(found);
  emitValues(info.GetIsolate(), LogLevel::kInfo, std::move(values));
}
void timeLog(const Info& info) { timeReport(info, false); }
void timeEnd(const Info& info) { timeReport(info, true); }

}  // namespace

void installConsole(v8::Local<v8::Context> context) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Object> console = v8::Object::New(isolate);
  // A namespace object (Web IDL, 3.13), with an empty object in between for historical reasons (Console standard, 1).
  console->SetPrototypeV2(context, v8::Object::New(isolate)).Check();
  auto fixed = static_cast<v8::PropertyAttribute>(v8::ReadOnly | v8::DontEnum);
  console->DefineOwnProperty(context, v8::Symbol::GetToStringTag(isolate), v8Text(isolate, "console"), fixed).Check();
  defineMethod(context, console, "debug", logAll<LogLevel::kDebug>, 0);
  defineMethod(context, console, "log", logAll<LogLevel::kLog>, 0);
  defineMethod(context, console, "info", logAll<LogLevel::kInfo>, 0);
  defineMethod(context, console, "warn", logAll<LogLevel::kWarn>, 0);
  defineMethod(context, console, "error", logAll<LogLevel::kError>, 0);
  defineMethod(context, console, "trace", trace, 0);
  defineMethod(context, console, "dir", logFirst, 0);
  defineMethod(context, console, "dirxml", logAll<LogLevel::kLog>, 0);
  defineMethod(context, console, "table", logFirst, 0);
  defineMethod(context, console, "assert", consoleAssert, 0);
  defineMethod(context, console, "clear", clear, 0);
  defineMethod(context, console, "group", group, 0);
  defineMethod(context, console, "groupCollapsed", group, 0);
  defineMethod(context, console, "groupEnd", groupEnd, 0);
  defineMethod(context, console, "count", count, 0);
  defineMethod(context, console, "countReset", countReset, 0);
  defineMethod(context, console, "time", timeStart, 0);
  defineMethod(context, console, "timeLog", timeLog, 0);
  defineMethod(context, console, "timeEnd", timeEnd, 0);
  context->Global()->DefineOwnProperty(context, v8Name(isolate, "console"), console, v8::DontEnum).Check();
}

}  // namespace mayfly::guest
