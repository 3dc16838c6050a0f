// SPDX-License-Identifier: Apache-2.0
#include "guest/program.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/clock.h"
#include "guest/error_events.h"
#include "guest/failure.h"
#include "guest/globals.h"
#include "guest/randomness.h"

namespace mayfly::guest {
namespace {

// A statement in front of every script. It is the script's value when nothing after it has one, which tells a program
// of mere declarations from one that ran something.
constexpr std::string_view kNothingRan = "\"mayfly:nothing ran\";";

// JSON.stringify writes a lone surrogate as an escape, which is JSON by its grammar and text to nobody.
void replaceLoneSurrogates(std::string& json) {
  for (size_t at = json.find('\\'); at != std::string::npos && at + 5 < json.size(); at = json.find('\\', at + 2)) {
    bool surrogate = json[at + 1] == 'u' && json[at + 2] == 'd' &&
                     std::string_view("89abcdef").find(json[at + 3]) != std::string_view::npos;
    if (surrogate) json.replace(at + 2, 4, "fffd");
  }
}

bool mentionsModules(std::string_view source) {
  return source.find("import") != std::string_view::npos || source.find("export") != std::string_view::npos;
}

}  // namespace

Program::Program(Engine& engine, v8::Local<v8::Context> context, DaemonChannel& channel, const wire::Job& job)
    : engine_(engine),
      isolate_(engine.isolate()),
      context_(context),
      channel_(channel),
      job_(job),
      modules_(isolate_, job.modules),
      began_(std::chrono::steady_clock::now()) {
  GuestState& state = engine.state();
  state.channel = &channel;
  state.logBytesLeft = job.logBytes;
  engine.clock().setMillis(std::floor(job.startMillis));
  // The process is older than its job, and a program may divide by performance.now(): the origin lies before.
  state.originMillis = std::floor(job.startMillis) - 1;
  reseedRandom();
}

void Program::run() {
  v8::Context::Scope scope(context_);
  v8::TryCatch caught(isolate_);
  v8::Local<v8::Value> value;
  if (!load().ToLocal(&value)) {
    if (!reported_) reportCaught(caught, ErrorCode::kException);
    return;
  }
  if (value->IsFunction() && !call(value).ToLocal(&value)) return reportCaught(caught, ErrorCode::kException);
  if (!settle(value).ToLocal(&value)) return;
  mark(&wire::Timings::ran);
  reportResult(value);
}

// ---- load ----

v8::MaybeLocal<v8::Script> Program::compileScript(bool asExpression) {
  const wire::Module& main = job_.modules.front();
  std::string prefix(kNothingRan);
  if (asExpression) prefix += '(';
  std::string text = prefix + main.source + (asExpression ? "\n)" : "");
  // A hashbang is a comment only at the very start of a text.
  if (main.source.starts_with("#!")) text.replace(prefix.size(), 2, "//");
  v8::Local<v8::String> source = v8Text(isolate_, text);
  if (source.IsEmpty()) return {};
  // The prefix takes no columns: what the program sees starts at line 1, column 1.
  v8::ScriptOrigin origin(v8Text(isolate_, main.name), 0, -static_cast<int>(prefix.size()));
  v8::ScriptCompiler::Source compilerSource(source, origin);
  return v8::ScriptCompiler::Compile(context_, &compilerSource, v8::ScriptCompiler::kEagerCompile);
}

// A module that neither imports, exports nor awaits: it means the same as a script, and a script has a value.
bool Program::isPlain(v8::Local<v8::Module> module) {
  if (module->GetModuleRequests()->Length() > 0) return false;
  if (!modules_.link(context_, module) || module->IsGraphAsync()) return false;
  v8::Local<v8::Array> names;
  v8::Local<v8::Object> exports = module->GetModuleNamespace().As<v8::Object>();
  // The common case first: it is quicker to ask for one name than for all.
  if (exports->HasOwnProperty(context_, v8Name(isolate_, "default")).FromMaybe(true)) return false;
  return exports->GetOwnPropertyNames(context_).ToLocal(&names) && names->Length() == 0;
}

// The rule: what is valid as a script is run as one, for its value. Everything else is a module. The two attempts are
// ordered by a glance at the text so that the common case compiles once; the answer does not depend on the order.
Program::Loaded Program::load() {
  v8::Local<v8::Script> script;
  v8::Local<v8::Module> module;
  v8::TryCatch attempt(isolate_);
  if (!mentionsModules(job_.modules.front().source)) {
    if (compileScript(false).ToLocal(&script)) return loadScript(script);
    attempt.Reset();
    // `async function (input) {}` and the like are whole expressions, but no statements.
    if (compileScript(true).ToLocal(&script)) return loadScript(script);
    attempt.Reset();
  }
  if (!modules_.compile(context_, 0).ToLocal(&module)) {
    v8::TryCatch again(isolate_);  // the module's error is the one to report when nothing else parses either
    bool tried = !mentionsModules(job_.modules.front().source);
    if (!tried && compileScript(false).ToLocal(&script)) return loadScript(script);
    again.Reset();
    if (!tried && compileScript(true).ToLocal(&script)) return loadScript(script);
    reportCaught(attempt, ErrorCode::kSyntax);
    return {};
  }
  if (script.IsEmpty() && mentionsModules(job_.modules.front().source) && isPlain(module)) {
    attempt.Reset();
    if (compileScript(false).ToLocal(&script)) return loadScript(script);
  }
  attempt.Reset();
  return loadModule(module);
}

Program::Loaded Program::loadScript(v8::Local<v8::Script> script) {
  mark(&wire::Timings::compiled);
  v8::TryCatch caught(isolate_);
  v8::Local<v8::Value> value;
  if (!script->Run(context_).ToLocal(&value)) {
    reportCaught(caught, ErrorCode::kException);
    return {};
  }
  if (value->IsString() &&
      value.As<v8::String>()->StringEquals(v8Text(isolate_, kNothingRan.substr(1, kNothingRan.size() - 3)))) {
    return declaredFunction(engine_.globalCount());
  }
  return value;
}

// A program of declarations: its one function is meant to be called, or the one named main.
v8::MaybeLocal<v8::Value> Program::declaredFunction(size_t globalsBefore) {
  v8::Local<v8::Array> names;
  if (!globalNames(context_).ToLocal(&names)) return {};
  v8::Local<v8::Value> only;
  size_t count = 0;
  for (uint32_t i = static_cast<uint32_t>(globalsBefore); i < names->Length(); ++i) {
    v8::Local<v8::Value> name;
    v8::Local<v8::Value> value;
    if (!names->Get(context_, i).ToLocal(&name) || !context_->Global()->Get(context_, name).ToLocal(&value)) return {};
    if (!value->IsFunction()) continue;
    ++count;
    only = value;
    if (name.As<v8::String>()->StringEquals(v8Name(isolate_, "main"))) return value;
  }
  if (count == 1) return only;
  if (count == 0) return v8::Local<v8::Value>(v8::Undefined(isolate_));
  report(plainFailure(ErrorCode::kEntrypoint, "the program declares " + std::to_string(count) +
                                                  " functions and runs none; name one of them main, call one, or "
                                                  "write `export default async function`"));
  return {};
}

Program::Loaded Program::loadModule(v8::Local<v8::Module> module) {
  v8::TryCatch caught(isolate_);
  if (!modules_.link(context_, module)) {
    // A module that is missing and an import that has no such export are both found while linking.
    v8::Local<v8::Value> thrown = caught.Exception();
    v8::Local<v8::Value> code;
    bool missing = thrown->IsObject() &&
                   thrown.As<v8::Object>()->Get(context_, v8Name(isolate_, "code")).ToLocal(&code) && code->IsString();
    reportCaught(caught, missing ? ErrorCode::kModule : ErrorCode::kSyntax);
    return {};
  }
  mark(&wire::Timings::compiled);
  mainModule_ = module;
  v8::Local<v8::Value> evaluated;
  if (!module->Evaluate(context_).ToLocal(&evaluated)) {
    reportCaught(caught, ErrorCode::kException);
    return {};
  }
  if (!settle(evaluated).ToLocal(&evaluated)) return {};
  mainModule_.Clear();
  return defaultExport(module);
}

Program::Loaded Program::defaultExport(v8::Local<v8::Module> module) {
  v8::Local<v8::Object> exports = module->GetModuleNamespace().As<v8::Object>();
  v8::Local<v8::String> key = v8Name(isolate_, "default");
  if (exports->HasOwnProperty(context_, key).FromMaybe(false)) return exports->Get(context_, key);
  v8::Local<v8::Array> names;
  if (!exports->GetOwnPropertyNames(context_).ToLocal(&names)) return {};
  if (names->Length() == 0) return v8::Local<v8::Value>(v8::Undefined(isolate_));
  std::string found;
  for (uint32_t i = 0; i < std::min<uint32_t>(names->Length(), 10); ++i) {
    v8::Local<v8::Value> name;
    if (names->Get(context_, i).ToLocal(&name)) {
      found += (i == 0 ? "" : ", ") + utf8Text(isolate_, name.As<v8::String>(), 100);
    }
  }
  report(plainFailure(ErrorCode::kEntrypoint, "the main module has no default export (it exports " + found +
                                                  "); write `export default async function (input) { ... }`"));
  return {};
}

// ---- run ----

v8::MaybeLocal<v8::Value> Program::call(v8::Local<v8::Value> entry) {
  v8::Local<v8::Value> input = v8::Undefined(isolate_);
  if (!job_.inputJson.empty()) {
    v8::Local<v8::String> text = v8Text(isolate_, job_.inputJson);
    if (text.IsEmpty() || !v8::JSON::Parse(context_, text).ToLocal(&input)) return {};
  }
  return entry.As<v8::Function>()->Call(context_, v8::Undefined(isolate_), 1, &input);
}

void Program::drainMicrotasks() {
  isolate_->PerformMicrotaskCheckpoint();
  engine_.clock().pump(isolate_);
}

v8::MaybeLocal<v8::Value> Program::settle(v8::Local<v8::Value> value) {
  v8::TryCatch caught(isolate_);
  v8::Local<v8::Promise> promise;
  if (value->IsPromise()) {
    promise = value.As<v8::Promise>();
  } else {
    // A thenable is awaited as `await` would; anything else is settled already.
    v8::Local<v8::Promise::Resolver> resolver;
    if (!v8::Promise::Resolver::New(context_).ToLocal(&resolver) || resolver->Resolve(context_, value).IsNothing()) {
      reportCaught(caught, ErrorCode::kException);
      return {};
    }
    promise = resolver->GetPromise();
  }
  for (;;) {
    drainMicrotasks();
    if (std::optional<UncaughtError>& uncaught = engine_.state().uncaught) {
      report(describeThrown(context_, ErrorCode::kException, uncaught->thrown.Get(isolate_),
                            uncaught->message.Get(isolate_)));
      return {};
    }
    bool asked = false;
    if (reportRejections(promise, asked)) return {};
    if (asked) continue;  // listeners ran, and may have queued microtasks
    if (promise->State() != v8::Promise::kPending) break;
    if (!turn()) {
      reportUnsettled(promise);
      return {};
    }
  }
  if (promise->State() == v8::Promise::kFulfilled) return promise->Result();
  std::erase_if(engine_.state().rejections, [&](const auto& entry) { return entry.promise == promise; });
  promise->MarkAsHandled();
  report(describeThrown(context_, ErrorCode::kException, promise->Result(),
                        v8::Exception::CreateMessage(isolate_, promise->Result())));
  return {};
}

// Runs the next task, or waits for the next timer and runs it. False when there is nothing left to wait for.
bool Program::turn() {
  TimerQueue& timers = engine_.state().timers;
  TaskQueue& tasks = engine_.state().tasks;
  timers.leaveTimer();
  if (!tasks.empty() && (timers.empty() || tasks.nextTime() <= timers.nextTime())) {
    // No wait, so the program's clock stays where it is.
    tasks.runNext(context_);
    return true;
  }
  if (timers.heldCount() == 0) return false;
  if (int wait = timers.millisUntilNext(); wait > 0) channel_.sleep(wait);
  engine_.clock().setMillis(std::max(engine_.clock().millis(), std::floor(wallClockMillis())));
  timers.runNext(context_, channel_.isNowhere() ? TimerQueue::Time::max() : std::chrono::steady_clock::now());
  return true;
}

bool Program::reportRejections(v8::Local<v8::Promise> except, bool& asked) {
  GuestState& state = engine_.state();
  asked = !state.handledLate.empty();
  for (const auto& promise : std::exchange(state.handledLate, {})) {
    tellRejectionHandled(isolate_, promise.Get(isolate_));
  }
  for (UnhandledRejection& entry : std::exchange(state.rejections, {})) {
    if (entry.promise == except) {
      state.rejections.push_back(std::move(entry));
      continue;
    }
    if (entry.promise.Get(isolate_)->HasHandler()) continue;  // a listener's doing
    if (programHandlesRejection(isolate_, entry.promise.Get(isolate_), entry.reason.Get(isolate_))) {
      asked = true;
      constexpr size_t kMaxExcused = 1000;
      if (state.excused.size() < kMaxExcused) state.excused.push_back(std::move(entry.promise));
      continue;
    }
    report(describeThrown(context_, ErrorCode::kRejection, entry.reason.Get(isolate_), entry.message.Get(isolate_)));
    return true;
  }
  return false;
}

void Program::reportUnsettled(v8::Local<v8::Promise> promise) {
  (void)promise;
  wire::Failure failure =
      plainFailure(ErrorCode::kUnsettled,
                   "the program waits for a promise that nothing can settle: no timer and no call is pending");
  if (!mainModule_.IsEmpty()) {
    auto [modules, messages] = mainModule_->GetStalledTopLevelAwaitMessages(isolate_);
    if (!messages.empty()) {
      wire::Failure located = describeThrown(context_, ErrorCode::kUnsettled, v8::Undefined(isolate_), messages[0]);
      failure.frames = std::move(located.frames);
      failure.message = "a top-level await never settles: no timer and no call is pending";
    }
  }
  report(failure);
}

// ---- report ----

void Program::mark(uint32_t wire::Timings::* field) {
  auto elapsed = std::chrono::steady_clock::now() - began_;
  timings_.*field = static_cast<uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count());
}

void Program::reportResult(v8::Local<v8::Value> value) {
  v8::TryCatch caught(isolate_);
  wire::ResultValue result;
  result.pendingTimers = static_cast<uint32_t>(engine_.state().timers.heldCount());
  if (!value->IsUndefined() && !value->IsFunction() && !value->IsSymbol()) {
    v8::Local<v8::String> json;
    if (!v8::JSON::Stringify(context_, value).ToLocal(&json)) return reportCaught(caught, ErrorCode::kResult);
    size_t size = json->Utf8LengthV2(isolate_);
    if (size > job_.outputBytes) {
      return report(plainFailure(ErrorCode::kOutput, "the result has " + std::to_string(size) +
                                                         " bytes of JSON; the limit outputBytes is " +
                                                         std::to_string(job_.outputBytes)));
    }
    result.json = utf8Text(isolate_, json);
    replaceLoneSurrogates(result.json);
    // A toJSON that returns nothing.
    result.defined = result.json != "undefined";
    if (!result.defined) result.json.clear();
  }
  mark(&wire::Timings::encoded);
  if (job_.wantTimings) channel_.send(wire::FrameType::kTimings, wire::encodeTimings(timings_));
  channel_.send(wire::FrameType::kResult, wire::encodeResult(result));
  reported_ = true;
}

void Program::reportCaught(const v8::TryCatch& caught, ErrorCode code) {
  if (reported_) return;
  v8::Local<v8::Value> thrown = caught.Exception();
  if (thrown.IsEmpty()) thrown = v8::Undefined(isolate_);
  report(describeThrown(context_, code, thrown, caught.Message()));
}

void Program::report(const wire::Failure& failure) {
  if (reported_) return;
  reported_ = true;
  channel_.send(wire::FrameType::kFailure, wire::encodeFailure(failure));
}

}  // namespace mayfly::guest
