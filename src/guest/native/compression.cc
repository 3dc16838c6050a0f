// SPDX-License-Identifier: Apache-2.0
// require("native:compression"): compressors and decompressors that JavaScript feeds and drains piece by piece.

#include <array>
#include <cstring>
#include <memory>
#include <string>

#include "guest/native/codec.h"
#include "guest/native/natives.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

constexpr size_t kPieceBytes = size_t{32} << 10U;
constexpr int kKindField = 0;
constexpr int kSessionField = 1;
constexpr int kFields = 2;
// Its address marks the objects that are made here.
alignas(8) char sessionKind = 0;

struct Session {
  v8::Global<v8::Object> object;
  std::string format;
  std::unique_ptr<Codec> codec;             // made when it is first needed: many a stream is never used
  std::shared_ptr<v8::BackingStore> input;  // a copy: the program may change or detach its buffer at any time
  size_t used = 0;
  size_t charged = 0;
  bool decompresses = false;
  bool last = false;   // no input follows
  bool ended = false;  // the codec says so
};

// Not in a second pass: that is a task, and a program that makes streams in a loop leaves no time for tasks.
void release(const v8::WeakCallbackInfo<Session>& info) {
  Session* session = info.GetParameter();
  info.GetIsolate()->AdjustAmountOfExternalAllocatedMemory(-static_cast<int64_t>(session->charged));
  delete session;  // and with it the handle, as V8 asks of this callback
}

void throwNoMemory(v8::Isolate* isolate) {
  isolate->ThrowException(v8::Exception::RangeError(v8Text(isolate, "not enough memory left to compress with")));
}

Session* sessionOf(const Info& info) {
  if (info[0]->IsObject()) {
    auto object = info[0].As<v8::Object>();
    if (object->IsApiWrapper() && object->InternalFieldCount() == kFields &&
        object->GetAlignedPointerFromInternalField(kKindField, v8::kEmbedderDataTypeTagDefault) == &sessionKind) {
      return static_cast<Session*>(
          object->GetAlignedPointerFromInternalField(kSessionField, v8::kEmbedderDataTypeTagDefault));
    }
  }
  throwTypeError(info.GetIsolate(), "compression: this is no session");
  return nullptr;
}

// open(format, decompress) -> session | undefined when there is no such format
void open(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  std::string format = info[0]->IsString() ? utf8Text(isolate, info[0].As<v8::String>(), 20) : std::string();
  constexpr std::array<std::string_view, 4> kFormats = {"gzip", "deflate", "deflate-raw", "brotli"};
  if (std::find(kFormats.begin(), kFormats.end(), format) == kFormats.end()) return;
  auto session = std::make_unique<Session>();
  session->decompresses = info[1]->IsTrue();
  session->format = format;
  v8::Local<v8::ObjectTemplate> shape = v8::ObjectTemplate::New(isolate);
  shape->SetInternalFieldCount(kFields);
  v8::Local<v8::Object> object;
  if (!shape->NewInstance(isolate->GetCurrentContext()).ToLocal(&object)) return;
  object->SetAlignedPointerInInternalField(kKindField, &sessionKind, v8::kEmbedderDataTypeTagDefault);
  object->SetAlignedPointerInInternalField(kSessionField, session.get(), v8::kEmbedderDataTypeTagDefault);
  session->object.Reset(isolate, object);
  Session* owned = session.release();  // by the object, from here on
  owned->object.SetWeak(owned, release, v8::WeakCallbackType::kParameter);
  info.GetReturnValue().Set(object);
}

// The bytes of a BufferSource (Web IDL, 3.2.25); false with a TypeError pending for anything else.
bool readBytes(const Info& info, std::span<const uint8_t>& bytes) {
  v8::Local<v8::ArrayBuffer> buffer;
  size_t offset = 0;
  size_t size = 0;
  if (info[1]->IsArrayBufferView()) {
    auto view = info[1].As<v8::ArrayBufferView>();
    buffer = view->Buffer();
    offset = view->ByteOffset();
    size = view->ByteLength();
  } else if (info[1]->IsArrayBuffer()) {
    buffer = info[1].As<v8::ArrayBuffer>();
    size = buffer->ByteLength();
  } else {
    throwTypeError(info.GetIsolate(), "a chunk must be an ArrayBuffer or a view of one");
    return false;
  }
  if (buffer->IsSharedArrayBuffer()) {
    throwTypeError(info.GetIsolate(), "a chunk must not be shared memory");
    return false;
  }
  bytes =
      size == 0 ? std::span<const uint8_t>() : std::span(static_cast<const uint8_t*>(buffer->Data()) + offset, size);
  return true;
}

std::span<const uint8_t> unread(const Session& session) {
  if (!session.input) return {};
  std::span whole(static_cast<const uint8_t*>(session.input->Data()), session.input->ByteLength());
  return whole.subspan(session.used);
}

// feed(session, chunk): the next input. What was fed before must have been drained.
void feed(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  Session* session = sessionOf(info);
  std::span<const uint8_t> bytes;
  if (session == nullptr || !readBytes(info, bytes) || bytes.empty()) return;
  if (session->last || !unread(*session).empty()) return throwTypeError(isolate, "compression: fed too early");
  session->used = 0;
  session->input =
      v8::ArrayBuffer::NewBackingStore(isolate, bytes.size(), v8::BackingStoreInitializationMode::kUninitialized,
                                       v8::BackingStoreOnFailureMode::kReturnNull);
  if (!session->input) return throwNoMemory(isolate);
  std::memcpy(session->input->Data(), bytes.data(), bytes.size());
}

// finish(session): no input follows.
void finish(const Info& info) {
  if (Session* session = sessionOf(info)) session->last = true;
}

// Compression standard, 6: what makes the compressed data bad once nothing more can be taken from it.
const char* complaint(const Session& session, Codec::State state) {
  if (state == Codec::State::kCorrupt) return "the compressed data is corrupt";
  if (!session.decompresses) return nullptr;
  if (session.ended && !unread(session).empty()) return "there is more data after the end of the compressed data";
  if (session.last && !session.ended) return "the compressed data ends too soon";
  return nullptr;
}

bool hasCodec(v8::Isolate* isolate, Session& session) {
  if (session.codec) return true;
  session.codec = session.decompresses ? makeDecompressor(session.format) : makeCompressor(session.format);
  if (!session.codec) return false;
  session.charged = session.codec->weight();
  isolate->AdjustAmountOfExternalAllocatedMemory(static_cast<int64_t>(session.charged));
  return true;
}

// drain(session) -> the next piece of output, or undefined: feed or finish
void drain(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  Session* session = sessionOf(info);
  if (session == nullptr) return;
  if (!hasCodec(isolate, *session)) return throwNoMemory(isolate);
  std::array<uint8_t, kPieceBytes> piece;
  std::span<uint8_t> space(piece);
  Codec::State state = Codec::State::kHasMore;
  while (state == Codec::State::kHasMore && !session->ended && !space.empty()) {
    std::span<const uint8_t> input = unread(*session);
    size_t before = input.size();
    state = session->codec->step(input, space, session->last);
    session->used += before - input.size();
    if (state == Codec::State::kEnded) session->ended = true;
  }
  if (state == Codec::State::kNoMemory) return throwNoMemory(isolate);
  size_t size = piece.size() - space.size();
  if (size == 0) {
    if (const char* message = complaint(*session, state)) throwTypeError(isolate, message);
    return;
  }
  v8::Local<v8::ArrayBuffer> buffer;
  if (!v8::ArrayBuffer::MaybeNew(isolate, size, v8::BackingStoreInitializationMode::kUninitialized).ToLocal(&buffer)) {
    return throwNoMemory(isolate);
  }
  std::memcpy(buffer->Data(), piece.data(), size);
  info.GetReturnValue().Set(v8::Uint8Array::New(buffer, 0, size));
}

}  // namespace

void addCompressionNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target) {
  defineMethod(context, target, "open", open, 2);
  defineMethod(context, target, "feed", feed, 2);
  defineMethod(context, target, "finish", finish, 1);
  defineMethod(context, target, "drain", drain, 1);
}

}  // namespace mayfly::guest
