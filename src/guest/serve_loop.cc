// SPDX-License-Identifier: Apache-2.0
#include "guest/serve_loop.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "base/json_text.h"
#include "guest/call_scope.h"
#include "guest/failure.h"
#include "guest/groups.h"
#include "guest/log_record.h"
#include "guest/memory_budget.h"

namespace mayfly::guest {
namespace {

using wire::FrameType;

// The daemon is trusted, and something is badly wrong when it does not keep to the protocol.
template <typename T>
T must(Result<T> decoded) {
  if (!decoded) ::_exit(kExitFatal);
  return std::move(decoded).value();
}

v8::Local<v8::String> latin1(v8::Isolate* isolate, std::string_view bytes) {
  return v8::String::NewFromOneByte(isolate, reinterpret_cast<const uint8_t*>(bytes.data()), v8::NewStringType::kNormal,
                                    static_cast<int>(bytes.size()))
      .ToLocalChecked();
}

}  // namespace

ServeLoop::ServeLoop(Engine& engine, v8::Local<v8::Context> context, DaemonChannel& channel, const wire::Job& job)
    : engine_(engine),
      isolate_(engine.isolate()),
      context_(context),
      channel_(channel),
      job_(job),
      program_(engine, context, channel, job),
      streams_(channel, engine.state(), job.logBytes) {
  engine.state().worker = this;
  engine.state().log.refill = job.logBytes;
}

void ServeLoop::run() {
  v8::Context::Scope scope(context_);
  auto log = [this](const ProgramLoop::Loss& loss) {
    logLoss(loss);
    return true;
  };
  program_.loop().listen(this);
  program_.onLoss(log);
  if (!prepare() || !program_.load()) return;
  serving_ = true;
  sayLoaded();
  program_.loop().turnForEver(log);
}

// What the program finds in its env besides JSON has to be there before the first line of it runs.
bool ServeLoop::prepare() {
  v8::HandleScope handles(isolate_);
  if (!job_.session && job_.loaders.empty()) return true;
  if (job_.session && !streams_.open(wire::kFirstSession, StreamKind::kSession)) return false;
  auto names = [&](const std::vector<std::string>& from) {
    std::vector<v8::Local<v8::Value>> texts;
    for (const std::string& name : from) texts.push_back(v8Text(isolate_, name));
    return v8::Array::New(isolate_, texts.data(), texts.size());
  };
  v8::TryCatch caught(isolate_);
  v8::Local<v8::Value> first = v8::Undefined(isolate_);
  v8::Local<v8::Value> ready;
  if (job_.session) first = v8::Number::New(isolate_, static_cast<double>(wire::kFirstSession));
  v8::Local<v8::Value> outbound = v8::Boolean::New(isolate_, job_.outbound);
  {
    CallScope scope(context_, job_.session ? wire::kFirstSession : 0);
    if (!callGroup("prepare", {first, names(job_.bindings), names(job_.loaders), outbound}).ToLocal(&ready)) {
      wire::Failure failure = describeCaught(context_, caught, ErrorCode::kException);
      channel_.send(FrameType::kFailure, wire::encodeFailure(failure));
      return false;
    }
  }
  return !program_.settle(ready).IsEmpty();
}

void ServeLoop::sayLoaded() {
  v8::HandleScope handles(isolate_);
  v8::TryCatch ignored(isolate_);  // getters of module.exports
  wire::Loaded loaded;
  [[maybe_unused]] auto begun = callGroup("loaded", {});
  loaded.entrypoints = Entrypoint(context_, {}).describe(program_.loaded(), program_.isExported());
  channel_.send(FrameType::kLoaded, wire::encodeLoaded(loaded));
}

// An error that nobody handles ends no worker: others may be calling it.
void ServeLoop::logLoss(const ProgramLoop::Loss& loss) {
  v8::HandleScope handles(isolate_);
  wire::Failure failure = describeThrown(context_, loss.code, loss.thrown, loss.message);
  std::string text = loss.code == ErrorCode::kRejection ? "Unhandled rejection: " : "Uncaught error: ";
  text += failure.name.empty() ? failure.message : failure.name + ": " + failure.message;
  std::string json = "[";
  appendJsonString(json, text);
  uint32_t line = failure.frames.empty() ? 0 : failure.frames[0].line;
  emitLog(isolate_, loss.stream, wire::LogLevel::kError, line, json + "]");
}

void ServeLoop::moveClock(double millis) {
  engine_.clock().setMillis(std::max(engine_.clock().millis(), std::floor(millis)));
}

v8::MaybeLocal<v8::Value> ServeLoop::callGroup(const char* name, std::vector<v8::Local<v8::Value>> arguments) {
  v8::Local<v8::Object> exports;
  v8::Local<v8::Value> function;
  if (!loadGroup(context_, "serve").ToLocal(&exports) ||
      !exports->Get(context_, v8Name(isolate_, name)).ToLocal(&function) || !function->IsFunction()) {
    return {};
  }
  return function.As<v8::Function>()->Call(context_, v8::Undefined(isolate_), static_cast<int>(arguments.size()),
                                           arguments.data());
}

v8::MaybeLocal<v8::Value> ServeLoop::entrypoint(const std::string& name) {
  Entrypoint entrypoint(context_, {name, {}, {}, {}, {}});
  v8::MaybeLocal<v8::Value> chosen = program_.choose(entrypoint);
  if (chosen.IsEmpty() && !entrypoint.problem().empty()) throwTypeError(isolate_, entrypoint.problem());
  return chosen;
}

v8::Local<v8::Value> ServeLoop::exports() const {
  if (!program_.isExported() || program_.loaded().IsEmpty()) return v8::Undefined(isolate_);
  return program_.loaded();
}

// ---- what comes ----

void ServeLoop::onFrame(const wire::Frame& frame) {
  v8::HandleScope handles(isolate_);
  uint64_t stream = frame.header.stream;
  switch (static_cast<FrameType>(frame.header.type)) {
    case FrameType::kCall: {
      auto call = must(wire::decodeCall(frame.payload));
      if (!streams_.open(stream, StreamKind::kCall, call.outputBytes)) ::_exit(kExitFatal);
      return onCall(stream, call);
    }
    case FrameType::kFetch: {
      auto request = must(wire::decodeFetch(frame.payload));
      if (!streams_.open(stream, StreamKind::kFetch)) ::_exit(kExitFatal);
      return onFetch(stream, request);
    }
    case FrameType::kSession:
      if (!frame.payload.empty() || !streams_.open(stream, StreamKind::kSession)) ::_exit(kExitFatal);
      return onSession(stream);
    default:
      return onStreamFrame(frame);
  }
}

void ServeLoop::failCaught(uint64_t stream, const Entrypoint* entrypoint, const v8::TryCatch& caught) {
  bool problem = entrypoint != nullptr && !entrypoint->problem().empty();
  streams_.fail(stream, problem ? plainFailure(ErrorCode::kEntrypoint, entrypoint->problem())
                                : describeCaught(context_, caught, ErrorCode::kException));
}

void ServeLoop::onCall(uint64_t stream, const wire::Call& call) {
  moveClock(call.startMillis);
  CallScope scope(context_, stream);
  v8::TryCatch caught(isolate_);
  Entrypoint entrypoint(context_, {call.entrypoint, call.method, call.inputJson, call.argumentsJson, call.propsJson});
  v8::Local<v8::Value> value;
  if (!program_.choose(entrypoint).ToLocal(&value) || !entrypoint.run(value, program_.isExported()).ToLocal(&value)) {
    return failCaught(stream, &entrypoint, caught);
  }
  v8::Local<v8::Value> number = v8::Number::New(isolate_, static_cast<double>(stream));
  if (callGroup("follow", {number, value, v8::Boolean::New(isolate_, entrypoint.answersRequest())}).IsEmpty()) {
    failCaught(stream, nullptr, caught);
  }
}

v8::MaybeLocal<v8::Object> ServeLoop::makeRequest(uint64_t stream, const wire::FetchRequest& request) {
  std::vector<v8::Local<v8::Value>> headers;
  for (const wire::Header& header : request.headers) {
    headers.push_back(latin1(isolate_, header.name));
    headers.push_back(latin1(isolate_, header.value));
  }
  v8::Local<v8::Value> made;
  if (!callGroup("makeRequest",
                 {v8::Number::New(isolate_, static_cast<double>(stream)), v8Text(isolate_, request.method),
                  v8Text(isolate_, request.url), v8::Array::New(isolate_, headers.data(), headers.size()),
                  v8::Boolean::New(isolate_, request.hasBody), v8::Boolean::New(isolate_, request.webSocket)})
           .ToLocal(&made)) {
    return {};
  }
  return made.As<v8::Object>();
}

void ServeLoop::onFetch(uint64_t stream, const wire::FetchRequest& request) {
  moveClock(request.startMillis);
  CallScope scope(context_, stream);
  v8::TryCatch caught(isolate_);
  v8::Local<v8::Object> made;
  v8::Local<v8::Value> value;
  Entrypoint entrypoint(context_, {request.entrypoint, "fetch", {}, {}, request.propsJson});
  if (!makeRequest(stream, request).ToLocal(&made)) return failCaught(stream, nullptr, caught);
  entrypoint.setRequest(made);
  if (!program_.choose(entrypoint).ToLocal(&value) || !entrypoint.run(value, program_.isExported()).ToLocal(&value)) {
    failCaught(stream, &entrypoint, caught);
    caught.Reset();
    [[maybe_unused]] auto forgotten = callGroup("forget", {v8::Number::New(isolate_, static_cast<double>(stream))});
    return;
  }
  if (callGroup("respond", {v8::Number::New(isolate_, static_cast<double>(stream)), value}).IsEmpty()) {
    failCaught(stream, nullptr, caught);
  }
}

void ServeLoop::onSession(uint64_t stream) {
  program_.loop().wakeClock();
  CallScope scope(context_, stream);
  v8::TryCatch caught(isolate_);
  if (callGroup("session", {v8::Number::New(isolate_, static_cast<double>(stream))}).IsEmpty()) {
    streams_.reset(stream, describeCaught(context_, caught, ErrorCode::kException).message);
  }
}

void ServeLoop::onStreamFrame(const wire::Frame& frame) {
  switch (streams_.arrives(frame)) {
    case StreamTable::Verdict::kNonsense:
      ::_exit(kExitFatal);
    case StreamTable::Verdict::kLate:
      return;
    case StreamTable::Verdict::kDeliver:
      break;
  }
  program_.loop().wakeClock();
  CallScope scope(context_, frame.header.stream);
  v8::TryCatch caught(isolate_);
  caught.SetVerbose(true);
  deliver(frame);
}

void ServeLoop::deliver(const wire::Frame& frame) {
  uint64_t stream = frame.header.stream;
  std::vector<v8::Local<v8::Value>> arguments = {v8::Number::New(isolate_, static_cast<double>(stream)),
                                                 v8::Number::New(isolate_, frame.header.type)};
  switch (static_cast<FrameType>(frame.header.type)) {
    case FrameType::kChunk:
    case FrameType::kBinary: {
      v8::Local<v8::ArrayBuffer> buffer;
      if (!v8::ArrayBuffer::MaybeNew(isolate_, frame.payload.size()).ToLocal(&buffer)) {
        streams_.reset(stream, "the worker has no memory for it");
        arguments[1] = v8::Number::New(isolate_, static_cast<double>(FrameType::kReset));
        arguments.push_back(v8Text(isolate_, "there is no memory for what came"));
        break;
      }
      if (!frame.payload.empty()) std::memcpy(buffer->Data(), frame.payload.data(), frame.payload.size());
      arguments.push_back(buffer);
      break;
    }
    case FrameType::kCredit: {
      uint32_t bytes = must(wire::decodeCredit(frame.payload));
      streams_.gain(stream, bytes);
      arguments.push_back(v8::Integer::NewFromUnsigned(isolate_, bytes));
      break;
    }
    case FrameType::kClose: {
      auto close = must(wire::decodeClose(frame.payload));
      arguments.push_back(v8::Integer::New(isolate_, close.code));
      arguments.push_back(v8Text(isolate_, close.reason));
      break;
    }
    case FrameType::kReset:
      arguments.push_back(v8Text(isolate_, must(wire::decodeReset(frame.payload))));
      streams_.close(stream);
      break;
    case FrameType::kEnd:
      break;
    default:  // text
      arguments.push_back(v8Text(isolate_, frame.payload));
  }
  [[maybe_unused]] auto done = callGroup("onFrame", std::move(arguments));
}

}  // namespace mayfly::guest
