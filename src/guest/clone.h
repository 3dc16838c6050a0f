// SPDX-License-Identifier: Apache-2.0
#pragma once

// StructuredSerialize and StructuredDeserialize (HTML standard, 2.7), within one context. V8 knows the types of the
// language; the platform's own are objects of our JavaScript, whose groups register hooks for them (see
// native/clone.cc).
//
// Both classes have an exception pending when they answer false or nothing.

#include <array>
#include <vector>

#include "guest/v8_api.h"

namespace mayfly::guest {

// The array of hooks of a new context.
void installCloneHooks(v8::Local<v8::Context> context);
// hook: { is(value), clone?(value), revive?(data), detach?(value), attach?(data), name }
bool addCloneHook(v8::Local<v8::Context> context, v8::Local<v8::Object> hook);

class CloneWriter final : public v8::ValueSerializer::Delegate {
 public:
  explicit CloneWriter(v8::Local<v8::Context> context);
  ~CloneWriter() override;
  CloneWriter(const CloneWriter&) = delete;
  CloneWriter& operator=(const CloneWriter&) = delete;

  // `transfer` are objects that the clone takes over.
  bool write(v8::Local<v8::Value> value, const std::vector<v8::Local<v8::Object>>& transfer);

  // What a reader needs.
  [[nodiscard]] const uint8_t* data() const { return data_; }
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] v8::Local<v8::Array> platformObjects() const { return platformObjects_; }  // hook, data, hook, data ...
  [[nodiscard]] v8::Local<v8::Array> moved() const { return moved_; }  // hook, data ...; undefined, buffer ...

 private:
  void ThrowDataCloneError(v8::Local<v8::String> message) override;
  bool HasCustomHostObject(v8::Isolate* isolate) override;
  v8::Maybe<bool> IsHostObject(v8::Isolate* isolate, v8::Local<v8::Object> object) override;
  v8::Maybe<bool> WriteHostObject(v8::Isolate* isolate, v8::Local<v8::Object> object) override;

  bool checkTransfer();
  bool move();
  bool moveOne(v8::Local<v8::Object> object);
  bool append(v8::Local<v8::Array> list, v8::Local<v8::Value> hook, v8::Local<v8::Value> data);
  void refuse(std::string_view message);
  // The hook for that object; undefined when it is of no platform type. False with an exception pending.
  bool hookOf(v8::Local<v8::Object> object, v8::Local<v8::Value>& hook);

  v8::Isolate* isolate_;
  v8::Local<v8::Context> context_;
  v8::ValueSerializer serializer_;
  std::vector<v8::Local<v8::Object>> transfer_;
  // Prototypes of the program's own classes that were met last: most graphs have few, and asking every hook is slow.
  std::array<v8::Global<v8::Value>, 4> plainPrototypes_;
  size_t nextPlain_ = 0;
  v8::Local<v8::Array> platformObjects_;
  v8::Local<v8::Array> moved_;
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

class CloneReader final : public v8::ValueDeserializer::Delegate {
 public:
  CloneReader(v8::Local<v8::Context> context, const uint8_t* data, size_t size, v8::Local<v8::Array> platformObjects,
              v8::Local<v8::Array> moved);

  v8::MaybeLocal<v8::Value> read();
  // The transferred objects on this side, in the order of the transfer list. After read().
  [[nodiscard]] v8::Local<v8::Array> received() const { return received_; }

 private:
  v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate* isolate) override;
  bool revive();
  bool receive();

  v8::Isolate* isolate_;
  v8::Local<v8::Context> context_;
  v8::ValueDeserializer deserializer_;
  v8::Local<v8::Array> platformObjects_;
  v8::Local<v8::Array> moved_;
  v8::Local<v8::Array> revived_;
  v8::Local<v8::Array> received_;
};

}  // namespace mayfly::guest
