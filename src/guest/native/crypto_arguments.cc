// SPDX-License-Identifier: Apache-2.0
#include "guest/native/crypto_arguments.h"

#include <openssl/err.h>

#include <climits>
#include <cstring>

#include "guest/native/crypto_handle.h"

namespace mayfly::guest::crypto {
namespace {

constexpr uint8_t kNothing[1] = {};
constexpr size_t kMaxName = 31;
// OpenSSL counts many lengths in int; the rest is room for a block and a tag.
constexpr size_t kMaxBytes = INT_MAX - 256;

}  // namespace

Bytes Arguments::bytes(int index) {
  v8::Local<v8::Value> value = info_[index];
  Bytes found;
  if (value->IsArrayBufferView()) {
    auto view = value.As<v8::ArrayBufferView>();
    size_t size = view->ByteLength();
    if (size > 0) found = {static_cast<const uint8_t*>(view->Buffer()->Data()) + view->ByteOffset(), size};
  } else if (value->IsArrayBuffer()) {
    auto buffer = value.As<v8::ArrayBuffer>();
    if (buffer->ByteLength() > 0) found = {static_cast<const uint8_t*>(buffer->Data()), buffer->ByteLength()};
  } else {
    fail("a buffer is needed");
  }
  if (found.size() > kMaxBytes) fail("the buffer is too long");
  // OpenSSL takes a null pointer for "no change" in places where an empty text is meant.
  return found.empty() || !ok_ ? Bytes(kNothing, 0) : found;
}

std::string Arguments::name(int index) {
  if (!info_[index]->IsString()) {
    fail("a name is needed");
    return "";
  }
  return utf8Text(info_.GetIsolate(), info_[index].As<v8::String>(), kMaxName);
}

uint32_t Arguments::number(int index) {
  if (info_[index]->IsUint32()) return info_[index].As<v8::Uint32>()->Value();
  fail("a number is needed");
  return 0;
}

bool Arguments::flag(int index) { return info_[index]->IsTrue(); }

const EVP_MD* Arguments::digest(int index) {
  const EVP_MD* digest = digestNamed(name(index));
  if (digest == nullptr) fail("no such digest");
  return digest;
}

EVP_PKEY* Arguments::key(int index) {
  EVP_PKEY* key = heldKey(info_[index]);
  if (key == nullptr) fail("a key is needed");
  return key;
}

void Arguments::fail(std::string_view message) {
  if (ok_) throwTypeError(info_.GetIsolate(), message);
  ok_ = false;
}

Output::Output(const Info& info, size_t size) : info_(info), size_(size) {
  v8::Isolate* isolate = info.GetIsolate();
  if (!v8::ArrayBuffer::MaybeNew(isolate, size).ToLocal(&buffer_)) {
    isolate->ThrowException(v8::Exception::RangeError(v8Text(isolate, "Array buffer allocation failed")));
    return;
  }
  static uint8_t nowhere[1];
  data_ = size > 0 ? static_cast<uint8_t*>(buffer_->Data()) : nowhere;
}

void give(const Info& info, Bytes bytes) {
  Output output(info, bytes.size());
  if (!output.ok()) return;
  std::memcpy(output.data(), bytes.data(), bytes.size());
  output.give();
}

void giveFailure(const Info& info) {
  ERR_clear_error();
  info.GetReturnValue().SetNull();
}

void giveVerdict(const Info& info, bool good) {
  ERR_clear_error();
  info.GetReturnValue().Set(good);
}

void giveKey(const Info& info, Key key) {
  v8::Local<v8::Object> holder;
  if (key == nullptr) return giveFailure(info);
  if (holdKey(info.GetIsolate(), std::move(key)).ToLocal(&holder)) info.GetReturnValue().Set(holder);
}

void defineNative(v8::Local<v8::Context> context, v8::Local<v8::Object> target, const char* name,
                  v8::FunctionCallback callback) {
  defineMethod(context, target, name, callback, 0);
}

}  // namespace mayfly::guest::crypto
