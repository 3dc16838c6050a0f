// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the natives of WebCrypto read their arguments and give their results. The JavaScript side has converted and
// copied everything already, so a wrong argument is a mistake of ours: it gives a TypeError.

#include <openssl/evp.h>

#include <optional>
#include <string_view>

#include "guest/native/crypto_library.h"
#include "guest/v8_api.h"

namespace mayfly::guest::crypto {

using Info = v8::FunctionCallbackInfo<v8::Value>;

// Reads arguments by position. The first wrong one leaves a TypeError pending; those after it are empty.
//
//   Arguments arguments(info);
//   Bytes data = arguments.bytes(0);
//   if (!arguments.ok()) return;
class Arguments {
 public:
  explicit Arguments(const Info& info) : info_(info) {}

  // Of a buffer or a view. Never null, at most 2 GiB, valid until JavaScript runs again.
  Bytes bytes(int index);
  // ASCII, at most 31 characters.
  std::string name(int index);
  uint32_t number(int index);
  bool flag(int index);
  const EVP_MD* digest(int index);
  EVP_PKEY* key(int index);

  [[nodiscard]] bool ok() const { return ok_; }
  void fail(std::string_view message);

 private:
  const Info& info_;
  bool ok_ = true;
};

// An ArrayBuffer that a native writes its result into. It counts against the guest's memory like any other.
class Output {
 public:
  // Leaves a RangeError pending when there is no memory for it.
  Output(const Info& info, size_t size);

  [[nodiscard]] bool ok() const { return !buffer_.IsEmpty(); }
  uint8_t* data() { return data_; }
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] v8::Local<v8::ArrayBuffer> buffer() const { return buffer_; }
  // Gives the buffer back as the call's result.
  void give() { info_.GetReturnValue().Set(buffer_); }

 private:
  const Info& info_;
  size_t size_;
  v8::Local<v8::ArrayBuffer> buffer_;
  uint8_t* data_ = nullptr;
};

// A copy of `bytes` as the call's result.
void give(const Info& info, Bytes bytes);

// The call's result is null: the operation failed, and what OpenSSL has to say about it is dropped.
void giveFailure(const Info& info);

// Whether a signature is good. A bad one is no failure, and leaves nothing behind in OpenSSL.
void giveVerdict(const Info& info, bool good);

// The native object that keeps a key, as the call's result; null for no key.
void giveKey(const Info& info, Key key);

void defineNative(v8::Local<v8::Context> context, v8::Local<v8::Object> target, const char* name,
                  v8::FunctionCallback callback);

}  // namespace mayfly::guest::crypto
