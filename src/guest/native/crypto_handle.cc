// SPDX-License-Identifier: Apache-2.0
#include "guest/native/crypto_handle.h"

namespace mayfly::guest::crypto {
namespace {

constexpr int kKindField = 0;
constexpr int kHolderField = 1;
constexpr int kFields = 2;
constexpr size_t kMaxHeld = 20000;
size_t heldCount = 0;

// Their addresses tell the kinds apart.
alignas(8) char keyKind = 0;
alignas(8) char digestKind = 0;

struct Holder {
  v8::Global<v8::Object> object;
  Key key;
  DigestContext digest;
};

void release(const v8::WeakCallbackInfo<Holder>& info) {
  delete info.GetParameter();  // its Global is reset with it, as V8 asks of this callback
  --heldCount;
}

v8::MaybeLocal<v8::Object> hold(v8::Isolate* isolate, Holder* holder, char* kind) {
  v8::Local<v8::ObjectTemplate> shape = v8::ObjectTemplate::New(isolate);
  shape->SetInternalFieldCount(kFields);
  v8::Local<v8::Object> object;
  if (!shape->NewInstance(isolate->GetCurrentContext()).ToLocal(&object)) return {};
  object->SetAlignedPointerInInternalField(kKindField, kind, v8::kEmbedderDataTypeTagDefault);
  object->SetAlignedPointerInInternalField(kHolderField, holder, v8::kEmbedderDataTypeTagDefault);
  holder->object.Reset(isolate, object);
  holder->object.SetWeak(holder, release, v8::WeakCallbackType::kParameter);
  ++heldCount;
  return object;
}

// Dead keys go when the collector runs, which a program that makes little but keys does not bring about.
bool hasRoom(v8::Isolate* isolate) {
  if (heldCount >= kMaxHeld) isolate->LowMemoryNotification();
  if (heldCount < kMaxHeld) return true;
  isolate->ThrowException(v8::Exception::RangeError(v8Text(isolate, "Too many keys are in use")));
  return false;
}

Holder* holderOf(v8::Local<v8::Value> value, const char* kind) {
  if (!value->IsObject()) return nullptr;
  auto object = value.As<v8::Object>();
  if (!object->IsApiWrapper() || object->InternalFieldCount() != kFields) return nullptr;
  if (object->GetAlignedPointerFromInternalField(kKindField, v8::kEmbedderDataTypeTagDefault) != kind) return nullptr;
  return static_cast<Holder*>(
      object->GetAlignedPointerFromInternalField(kHolderField, v8::kEmbedderDataTypeTagDefault));
}

}  // namespace

v8::MaybeLocal<v8::Object> holdKey(v8::Isolate* isolate, Key key) {
  if (!hasRoom(isolate)) return {};
  return hold(isolate, new Holder{.object = {}, .key = std::move(key), .digest = nullptr}, &keyKind);
}

v8::MaybeLocal<v8::Object> holdDigest(v8::Isolate* isolate, DigestContext digest) {
  if (!hasRoom(isolate)) return {};
  return hold(isolate, new Holder{.object = {}, .key = nullptr, .digest = std::move(digest)}, &digestKind);
}

EVP_PKEY* heldKey(v8::Local<v8::Value> value) {
  Holder* holder = holderOf(value, &keyKind);
  return holder == nullptr ? nullptr : holder->key.get();
}

EVP_MD_CTX* heldDigest(v8::Local<v8::Value> value) {
  Holder* holder = holderOf(value, &digestKind);
  return holder == nullptr ? nullptr : holder->digest.get();
}

}  // namespace mayfly::guest::crypto
