// SPDX-License-Identifier: Apache-2.0
#include "guest/failure.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/utf8.h"
#include "guest/error_hints.h"
#include "guest/globals.h"
#include "guest/guest_state.h"
#include "guest/structured_value.h"

namespace mayfly::guest {
namespace {

std::string textOf(v8::Isolate* isolate, v8::Local<v8::Value> value, size_t cap) {
  return !value.IsEmpty() && value->IsString() ? utf8Text(isolate, value.As<v8::String>(), cap) : std::string();
}

std::string readProperty(v8::Local<v8::Context> context, v8::Local<v8::Object> object, std::string_view name,
                         size_t cap) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Value> value;
  if (!object->Get(context, v8Name(isolate, name)).ToLocal(&value)) return {};
  return textOf(isolate, value, cap);
}

// From the text that was compiled to the text as it was given to us.
void moveBack(v8::Isolate* isolate, wire::StackFrame& frame) {
  const std::optional<MovedText>& moved = stateOf(isolate).moved;
  if (!moved || frame.line != moved->line || frame.module != moved->module || frame.column < moved->column) return;
  frame.column = std::max(moved->column, frame.column - std::min(frame.column, moved->by));
}

wire::StackFrame frameOfMessage(v8::Local<v8::Context> context, v8::Local<v8::Message> message) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  wire::StackFrame frame;
  frame.module = textOf(isolate, message->GetScriptResourceName(), wire::kMaxNameBytes);
  frame.line = static_cast<uint32_t>(std::max(0, message->GetLineNumber(context).FromMaybe(0)));
  frame.column = static_cast<uint32_t>(std::max(0, message->GetStartColumn(context).FromMaybe(-1) + 1));
  moveBack(isolate, frame);
  return frame;
}

// The web platform's JavaScript is no part of the program; the place that called it is what helps.
bool isPlatform(std::string_view module) { return module.starts_with("mayfly:"); }

// "    at name (file:line:column)" or "    at file:line:column".
std::optional<wire::StackFrame> parseFrame(std::string_view line) {
  constexpr std::string_view kAt = "    at ";
  if (!line.starts_with(kAt)) return std::nullopt;
  line.remove_prefix(kAt.size());
  wire::StackFrame frame;
  size_t open = line.rfind(" (");
  if (line.ends_with(')') && open != std::string_view::npos) {
    frame.function = utf8Prefix(line.substr(0, open), wire::kMaxNameBytes);
    line = line.substr(open + 2, line.size() - open - 3);
  }
  auto takeNumber = [&line]() -> uint32_t {
    size_t colon = line.rfind(':');
    uint32_t value = 0;
    if (colon == std::string_view::npos) return 0;
    std::from_chars(line.data() + colon + 1, line.data() + line.size(), value);
    line = line.substr(0, colon);
    return value;
  };
  frame.column = takeNumber();
  frame.line = takeNumber();
  frame.module = utf8Prefix(line, wire::kMaxNameBytes);
  if (frame.line == 0 || frame.module.empty()) return std::nullopt;
  return frame;
}

// V8's own text of the stack. (Its structured form needs a mode of V8 in which `Error.stackTraceLimit = Infinity` makes
// it crash.) A program that formats stacks itself gets no more than the place of the error.
std::vector<wire::StackFrame> parseStack(v8::Local<v8::Context> context, v8::Local<v8::Object> error) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  std::string text = readProperty(context, error, "stack", wire::kMaxFailureText);
  std::vector<wire::StackFrame> frames;
  std::string_view rest = text;
  while (!rest.empty() && frames.size() < wire::kMaxFrames) {
    size_t end = std::min(rest.find('\n'), rest.size());
    auto frame = parseFrame(rest.substr(0, end));
    if (frame && !isPlatform(frame->module)) {
      moveBack(isolate, *frame);
      frames.push_back(std::move(*frame));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return frames;
}

std::vector<wire::StackFrame> framesOf(v8::Local<v8::Context> context, v8::Local<v8::Value> thrown,
                                       v8::Local<v8::Message> message) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  std::vector<wire::StackFrame> frames;
  if (thrown->IsNativeError()) {
    frames = parseStack(context, thrown.As<v8::Object>());
  }
  if (frames.empty() && !message.IsEmpty()) {
    v8::Local<v8::StackTrace> stack = message->GetStackTrace();
    if (!stack.IsEmpty()) frames = describeStack(isolate, stack);
    if (frames.empty()) frames.push_back(frameOfMessage(context, message));
    std::erase_if(frames, [](const wire::StackFrame& frame) { return isPlatform(frame.module); });
  }
  if (frames.size() == 1 && (frames[0].line == 0 || isPlatform(frames[0].module))) frames.clear();
  return frames;
}

// A thrown object that carries a code of the table (fetch without a grant, a module that is not there) keeps it. V8's
// refusals to make code at run time are known by their text.
ErrorCode codeOf(v8::Local<v8::Context> context, v8::Local<v8::Object> object, const wire::Failure& failure) {
  std::string text = readProperty(context, object, "code", 64);
  for (ErrorCode code : {ErrorCode::kDenied, ErrorCode::kModule}) {
    if (text == errorInfo(code).code) return code;
  }
  bool noEval = failure.name == "EvalError" && failure.message.ends_with(kNoCodeFromStrings);
  bool noWasm = failure.name == "CompileError" && failure.message.ends_with(kNoWasmFromBytes);
  return noEval || noWasm ? ErrorCode::kDenied : failure.code;
}

void describeError(v8::Local<v8::Context> context, v8::Local<v8::Object> error, wire::Failure& failure) {
  failure.name = readProperty(context, error, "name", wire::kMaxNameBytes);
  failure.message = readProperty(context, error, "message", wire::kMaxFailureText);
  if (failure.name.empty()) failure.name = "Error";
  if (failure.message.empty()) failure.message = "(" + failure.name + " without a message)";
  if (failure.code == ErrorCode::kException || failure.code == ErrorCode::kRejection) {
    failure.code = codeOf(context, error, failure);
  }
}

void describeOther(v8::Local<v8::Context> context, v8::Local<v8::Value> thrown, wire::Failure& failure) {
  StructuredWriter writer(context, wire::kMaxFailureText / 4);
  writer.write(thrown);
  failure.detailJson = writer.take();
  failure.name = "NonError";
  failure.message =
      "the program threw a value that is not an Error: " + std::string(utf8Prefix(failure.detailJson, 200));
}

// Own enumerable properties of an error, such as `status` or `code`; what has a field of its own is left out.
void describeProperties(v8::Local<v8::Context> context, v8::Local<v8::Object> error, wire::Failure& failure) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Array> names;
  auto filter = static_cast<v8::PropertyFilter>(v8::ONLY_ENUMERABLE | v8::SKIP_SYMBOLS);
  if (!error->GetOwnPropertyNames(context, filter).ToLocal(&names) || names->Length() == 0) return;
  v8::Local<v8::Object> copy = v8::Object::New(isolate);
  bool any = false;
  constexpr uint32_t kMaxProperties = 50;
  for (uint32_t i = 0; i < std::min(names->Length(), kMaxProperties); ++i) {
    v8::Local<v8::Value> name;
    v8::Local<v8::Value> value;
    if (!names->Get(context, i).ToLocal(&name) || !name->IsName()) continue;
    std::string key = utf8Text(isolate, name.As<v8::String>(), 64);
    if (key == "name" || key == "message" || key == "stack" || key == "cause" || key == "errors") continue;
    if (error->HasRealNamedCallbackProperty(context, name.As<v8::Name>()).FromMaybe(true)) continue;
    if (!error->GetRealNamedProperty(context, name.As<v8::Name>()).ToLocal(&value)) continue;
    any = copy->CreateDataProperty(context, name.As<v8::Name>(), value).FromMaybe(false) || any;
  }
  if (!any) return;
  StructuredWriter writer(context, wire::kMaxFailureText / 4);
  writer.write(copy);
  failure.detailJson = writer.take();
}

wire::Failure describeOne(v8::Local<v8::Context> context, ErrorCode code, v8::Local<v8::Value> thrown,
                          v8::Local<v8::Message> message) {
  wire::Failure failure;
  failure.code = code;
  bool isError = thrown->IsNativeError();
  if (!isError && thrown->IsObject() && !thrown->IsProxy()) {
    // An object with a message of its own (a DOMException, a class of the program) is as good as an Error.
    isError = !readProperty(context, thrown.As<v8::Object>(), "message", 16).empty();
  }
  if (isError) {
    describeError(context, thrown.As<v8::Object>(), failure);
    describeProperties(context, thrown.As<v8::Object>(), failure);
  } else {
    describeOther(context, thrown, failure);
  }
  failure.frames = framesOf(context, thrown, message);
  return failure;
}

// The errors that an AggregateError gathers, after its own causes.
void describeAggregate(v8::Local<v8::Context> context, v8::Local<v8::Value> thrown, wire::Failure& failure) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Value> errors;
  if (!thrown->IsNativeError() || !thrown.As<v8::Object>()->Get(context, v8Name(isolate, "errors")).ToLocal(&errors))
    return;
  if (!errors->IsArray()) return;
  auto list = errors.As<v8::Array>();
  for (uint32_t i = 0; i < list->Length() && failure.causes.size() < wire::kMaxCauses; ++i) {
    v8::Local<v8::Value> error;
    if (!list->Get(context, i).ToLocal(&error)) return;
    failure.causes.push_back(describeOne(context, ErrorCode::kException, error, v8::Local<v8::Message>()));
  }
}

}  // namespace

std::vector<wire::StackFrame> describeStack(v8::Isolate* isolate, v8::Local<v8::StackTrace> stack) {
  std::vector<wire::StackFrame> frames;
  int count = std::min<int>(stack->GetFrameCount(), wire::kMaxFrames);
  for (int i = 0; i < count; ++i) {
    v8::Local<v8::StackFrame> raw = stack->GetFrame(isolate, static_cast<uint32_t>(i));
    wire::StackFrame frame;
    frame.function = textOf(isolate, raw->GetFunctionName(), wire::kMaxNameBytes);
    frame.module = textOf(isolate, raw->GetScriptName(), wire::kMaxNameBytes);
    frame.line = static_cast<uint32_t>(std::max(0, raw->GetLineNumber()));
    frame.column = static_cast<uint32_t>(std::max(0, raw->GetColumn()));
    moveBack(isolate, frame);
    if (!frame.module.empty() && !isPlatform(frame.module)) frames.push_back(std::move(frame));
  }
  return frames;
}

wire::Failure describeThrown(v8::Local<v8::Context> context, ErrorCode code, v8::Local<v8::Value> thrown,
                             v8::Local<v8::Message> message) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::TryCatch guard(isolate);
  wire::Failure failure = describeOne(context, code, thrown, message);
  if (thrown->IsNativeError()) failure.hint = hintFor(context, failure.name, failure.message);
  v8::Local<v8::Value> cause = thrown;
  while (failure.causes.size() < wire::kMaxCauses && cause->IsObject() && !cause->IsProxy()) {
    if (!cause.As<v8::Object>()->Get(context, v8Name(isolate, "cause")).ToLocal(&cause)) break;
    if (cause->IsNullOrUndefined()) break;
    failure.causes.push_back(describeOne(context, ErrorCode::kException, cause, v8::Local<v8::Message>()));
  }
  describeAggregate(context, thrown, failure);
  return failure;
}

wire::Failure describeCaught(v8::Local<v8::Context> context, const v8::TryCatch& caught, ErrorCode code) {
  v8::Local<v8::Value> thrown = caught.Exception();
  if (thrown.IsEmpty()) thrown = v8::Undefined(v8::Isolate::GetCurrent());
  return describeThrown(context, code, thrown, caught.Message());
}

wire::Failure plainFailure(ErrorCode code, std::string message) {
  wire::Failure failure;
  failure.code = code;
  failure.message = std::move(message);
  return failure;
}

}  // namespace mayfly::guest
