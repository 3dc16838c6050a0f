// SPDX-License-Identifier: Apache-2.0
// require("native:serve"): what a worker says on its streams (wire/serve_protocol.h). A stream is a number, the first
// argument of each; on one that is not open any more nothing is said.

#include "guest/failure.h"
#include "guest/guest_state.h"
#include "guest/native/natives.h"
#include "guest/serve_loop.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;
using wire::FrameType;

// Null with an exception pending where there is no worker.
WorkerStreams* streamsOf(const Info& info, uint64_t& stream) {
  ServeLoop* worker = stateOf(info.GetIsolate()).worker;
  if (worker == nullptr || !info[0]->IsNumber()) {
    throwTypeError(info.GetIsolate(), "serve: there is no such stream");
    return nullptr;
  }
  stream = static_cast<uint64_t>(std::max(0.0, info[0].As<v8::Number>()->Value()));
  return &worker->streams();
}

std::string textAt(const Info& info, int index) {
  return info[index]->IsString() ? utf8Text(info.GetIsolate(), info[index].As<v8::String>()) : std::string();
}

// Header values and the like are bytes, one to a character.
std::string bytesOfText(v8::Isolate* isolate, v8::Local<v8::Value> value) {
  if (!value->IsString()) return {};
  auto text = value.As<v8::String>();
  std::string bytes(static_cast<size_t>(text->Length()), '\0');
  text->WriteOneByteV2(isolate, 0, static_cast<uint32_t>(text->Length()), reinterpret_cast<uint8_t*>(bytes.data()));
  return bytes;
}

// answer(stream, value): the result of a call.
void answer(const Info& info) {
  uint64_t stream = 0;
  if (auto* streams = streamsOf(info, stream)) streams->answer(info.GetIsolate()->GetCurrentContext(), stream, info[1]);
}

// fail(stream, error)
void fail(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  uint64_t stream = 0;
  auto* streams = streamsOf(info, stream);
  if (streams == nullptr || !streams->table().isOpen(stream)) return;
  streams->fail(stream, describeThrown(isolate->GetCurrentContext(), ErrorCode::kException, info[1],
                                       v8::Exception::CreateMessage(isolate, info[1])));
}

// head(stream, status, statusText, [name, value, ...], hasBody, webSocket). Throws for more headers than there may be.
void head(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  uint64_t stream = 0;
  auto* streams = streamsOf(info, stream);
  if (streams == nullptr || !info[1]->IsUint32() || !info[3]->IsArray()) return;
  wire::ResponseHead response;
  response.status = static_cast<uint16_t>(info[1].As<v8::Uint32>()->Value());
  response.statusText = bytesOfText(isolate, info[2]);
  response.hasBody = info[4]->IsTrue();
  response.webSocket = info[5]->IsTrue();
  auto list = info[3].As<v8::Array>();
  size_t size = 0;
  for (uint32_t i = 0; i + 1 < list->Length(); i += 2) {
    v8::Local<v8::Value> name;
    v8::Local<v8::Value> value;
    if (!list->Get(context, i).ToLocal(&name) || !list->Get(context, i + 1).ToLocal(&value)) return;
    response.headers.push_back({bytesOfText(isolate, name), bytesOfText(isolate, value)});
    size += response.headers.back().name.size() + response.headers.back().value.size();
  }
  if (response.headers.size() > wire::kMaxHeaders || size > wire::kMaxHeadBytes) {
    return throwTypeError(isolate, "the response has more than 256 headers, or more than 128 KiB of them");
  }
  if (response.statusText.size() > wire::kMaxNameBytes) response.statusText.resize(wire::kMaxNameBytes);
  streams->send(stream, FrameType::kHead, wire::encodeHead(response));
}

// chunk(stream, Uint8Array), binary(stream, Uint8Array): what is left of the credit.
template <FrameType kType>
void sendBytes(const Info& info) {
  uint64_t stream = 0;
  auto* streams = streamsOf(info, stream);
  if (streams == nullptr) return;
  if (!info[1]->IsUint8Array()) return throwTypeError(info.GetIsolate(), "serve: bytes are needed");
  auto bytes = info[1].As<v8::Uint8Array>();
  std::string copy(bytes->ByteLength(), '\0');
  bytes->CopyContents(copy.data(), copy.size());
  streams->send(stream, kType, copy);
  info.GetReturnValue().Set(streams->credit(stream));
}

// text(stream, string): what is left of the credit. Throws for one that is too long.
void text(const Info& info) {
  uint64_t stream = 0;
  auto* streams = streamsOf(info, stream);
  if (streams == nullptr) return;
  std::string message = textAt(info, 1);
  if (message.size() > wire::kMaxMessage) {
    info.GetIsolate()->ThrowException(v8::Exception::RangeError(v8Text(
        info.GetIsolate(),
        "a message has " + std::to_string(message.size()) + " bytes; the most is 8 MiB. Send large data as a stream")));
    return;
  }
  streams->send(stream, FrameType::kText, message);
  info.GetReturnValue().Set(streams->credit(stream));
}

void end(const Info& info) {
  uint64_t stream = 0;
  if (auto* streams = streamsOf(info, stream)) streams->send(stream, FrameType::kEnd, {});
}

// credit(stream): what may still be sent.
void credit(const Info& info) {
  uint64_t stream = 0;
  if (auto* streams = streamsOf(info, stream)) info.GetReturnValue().Set(streams->credit(stream));
}

// grant(stream, bytes): so many more may come.
void grant(const Info& info) {
  uint64_t stream = 0;
  auto* streams = streamsOf(info, stream);
  if (streams != nullptr && info[1]->IsUint32()) streams->grant(stream, info[1].As<v8::Uint32>()->Value());
}

// close(stream, code, reason): a message; the stream is still to be freed.
void close(const Info& info) {
  uint64_t stream = 0;
  auto* streams = streamsOf(info, stream);
  if (streams == nullptr || !info[1]->IsUint32()) return;
  wire::Close close{.code = static_cast<uint16_t>(info[1].As<v8::Uint32>()->Value()), .reason = textAt(info, 2)};
  streams->send(stream, FrameType::kClose, wire::encodeClose(close));
}

// reset(stream, reason): its end, now.
void reset(const Info& info) {
  uint64_t stream = 0;
  if (auto* streams = streamsOf(info, stream)) streams->reset(stream, textAt(info, 1));
}

// free(stream): it has come to its regular end.
void free(const Info& info) {
  uint64_t stream = 0;
  if (auto* streams = streamsOf(info, stream)) streams->close(stream);
}

// open(0, binding, id, document) -> stream
void open(const Info& info) {
  uint64_t ignored = 0;
  auto* streams = streamsOf(info, ignored);
  if (streams == nullptr) return;
  auto stream =
      streams->openChild({.binding = textAt(info, 1), .id = textAt(info, 2), .documentJson = textAt(info, 3)});
  if (!stream) {
    info.GetIsolate()->ThrowException(
        v8::Exception::RangeError(v8Text(info.GetIsolate(), "more than 1024 streams are open in this worker")));
    return;
  }
  info.GetReturnValue().Set(static_cast<double>(*stream));
}

// entrypoint(name): the export, the default for "". Throws when there is none.
void entrypoint(const Info& info) {
  ServeLoop* worker = stateOf(info.GetIsolate()).worker;
  v8::Local<v8::Value> value;
  if (worker != nullptr && worker->entrypoint(textAt(info, 0)).ToLocal(&value)) info.GetReturnValue().Set(value);
}

// exports(): of the main module; undefined when it has none, or none yet.
void exports(const Info& info) {
  if (ServeLoop* worker = stateOf(info.GetIsolate()).worker) info.GetReturnValue().Set(worker->exports());
}

}  // namespace

void addServeNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target) {
  defineMethod(context, target, "answer", answer, 2);
  defineMethod(context, target, "fail", fail, 2);
  defineMethod(context, target, "head", head, 6);
  defineMethod(context, target, "chunk", sendBytes<FrameType::kChunk>, 2);
  defineMethod(context, target, "binary", sendBytes<FrameType::kBinary>, 2);
  defineMethod(context, target, "text", text, 2);
  defineMethod(context, target, "end", end, 1);
  defineMethod(context, target, "credit", credit, 1);
  defineMethod(context, target, "grant", grant, 2);
  defineMethod(context, target, "close", close, 3);
  defineMethod(context, target, "reset", reset, 2);
  defineMethod(context, target, "free", free, 1);
  defineMethod(context, target, "open", open, 4);
  defineMethod(context, target, "entrypoint", entrypoint, 1);
  defineMethod(context, target, "exports", exports, 0);
}

}  // namespace mayfly::guest
