// SPDX-License-Identifier: Apache-2.0
#include "guest/clone.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "guest/dom_exception.h"

namespace mayfly::guest {
namespace {

// A slot of each context: the array of hooks.
constexpr int kHooksSlot = 2;

// What stands before a platform object's number in the data.
constexpr uint32_t kCloned = 0;
constexpr uint32_t kTransferred = 1;

v8::Local<v8::Array> hooksOf(v8::Local<v8::Context> context) {
  return context->GetEmbedderDataV2(kHooksSlot).As<v8::Value>().As<v8::Array>();
}

// Calls a function of a hook. Nothing with no exception pending when the hook has no such function.
v8::MaybeLocal<v8::Value> callHook(v8::Local<v8::Context> context, v8::Local<v8::Value> hook, std::string_view name,
                                   v8::Local<v8::Value> argument) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Value> function;
  if (!hook->IsObject() || !hook.As<v8::Object>()->Get(context, v8Name(isolate, name)).ToLocal(&function) ||
      !function->IsFunction()) {
    return {};
  }
  return function.As<v8::Function>()->Call(context, v8::Undefined(isolate), 1, &argument);
}

// Classes only: an object right below Object.prototype, as most are, has no hook.
bool mayHaveHook(v8::Local<v8::Object> object) {
  v8::Local<v8::Value> prototype = object->GetPrototypeV2();
  return prototype->IsObject() && !prototype.As<v8::Object>()->GetPrototypeV2()->IsNull();
}

}  // namespace

void installCloneHooks(v8::Local<v8::Context> context) {
  context->SetEmbedderDataV2(kHooksSlot, v8::Array::New(v8::Isolate::GetCurrent()));
}

bool addCloneHook(v8::Local<v8::Context> context, v8::Local<v8::Object> hook) {
  v8::Local<v8::Array> hooks = hooksOf(context);
  return hooks->CreateDataProperty(context, hooks->Length(), hook).IsJust();
}

// ---- CloneWriter ----

CloneWriter::CloneWriter(v8::Local<v8::Context> context)
    : isolate_(v8::Isolate::GetCurrent()),
      context_(context),
      serializer_(isolate_, this),
      platformObjects_(v8::Array::New(isolate_)),
      moved_(v8::Array::New(isolate_)) {}

CloneWriter::~CloneWriter() { std::free(data_); }

void CloneWriter::ThrowDataCloneError(v8::Local<v8::String> message) {
  throwDomException(context_, "DataCloneError", message);
}

void CloneWriter::refuse(std::string_view message) { ThrowDataCloneError(v8Text(isolate_, message)); }

bool CloneWriter::write(v8::Local<v8::Value> value, const std::vector<v8::Local<v8::Object>>& transfer) {
  transfer_ = transfer;
  if (!checkTransfer()) return false;
  serializer_.WriteHeader();
  if (serializer_.WriteValue(context_, value).IsNothing()) return false;
  std::tie(data_, size_) = serializer_.Release();
  return move();
}

bool CloneWriter::checkTransfer() {
  for (uint32_t i = 0; i < transfer_.size(); ++i) {
    v8::Local<v8::Object> object = transfer_[i];
    if (std::find(transfer_.begin(), transfer_.begin() + i, object) != transfer_.begin() + i) {
      refuse("An object is in the transfer list twice");
      return false;
    }
    if (object->IsArrayBuffer()) {
      serializer_.TransferArrayBuffer(i, object.As<v8::ArrayBuffer>());
      continue;
    }
    v8::Local<v8::Value> hook;
    if (!hookOf(object, hook)) return false;
    if (!hook->IsObject() || !hook.As<v8::Object>()->Has(context_, v8Name(isolate_, "detach")).FromMaybe(false)) {
      refuse("The transfer list has a value that cannot be transferred");
      return false;
    }
  }
  return true;
}

// The transfer steps come after everything was written, so that a failure before moves nothing.
bool CloneWriter::move() {
  return std::all_of(transfer_.begin(), transfer_.end(), [this](v8::Local<v8::Object> object) {
    v8::HandleScope scope(isolate_);
    return moveOne(object);
  });
}

bool CloneWriter::moveOne(v8::Local<v8::Object> object) {
  if (!object->IsArrayBuffer()) {
    v8::Local<v8::Value> hook;
    v8::Local<v8::Value> data;
    return hookOf(object, hook) && callHook(context_, hook, "detach", object).ToLocal(&data) &&
           append(moved_, hook, data);
  }
  v8::Local<v8::ArrayBuffer> buffer = object.As<v8::ArrayBuffer>();
  if (buffer->WasDetached()) {
    refuse("An ArrayBuffer is detached and could not be cloned.");
    return false;
  }
  if (!buffer->IsDetachable()) {
    throwTypeError(isolate_, "An ArrayBuffer in the transfer list cannot be detached");
    return false;
  }
  std::shared_ptr<v8::BackingStore> store = buffer->GetBackingStore();
  return buffer->Detach(v8::Local<v8::Value>()).IsJust() &&
         append(moved_, v8::Undefined(isolate_), v8::ArrayBuffer::New(isolate_, std::move(store)));
}

bool CloneWriter::append(v8::Local<v8::Array> list, v8::Local<v8::Value> hook, v8::Local<v8::Value> data) {
  uint32_t length = list->Length();
  return list->CreateDataProperty(context_, length, hook).IsJust() &&
         list->CreateDataProperty(context_, length + 1, data).IsJust();
}

bool CloneWriter::hookOf(v8::Local<v8::Object> object, v8::Local<v8::Value>& hook) {
  v8::Local<v8::Array> hooks = hooksOf(context_);
  for (uint32_t i = 0; i < hooks->Length(); ++i) {
    v8::Local<v8::Value> answer;
    if (!hooks->Get(context_, i).ToLocal(&hook) || !callHook(context_, hook, "is", object).ToLocal(&answer))
      return false;
    if (answer->IsTrue()) return true;
  }
  hook = v8::Undefined(isolate_);
  return true;
}

bool CloneWriter::HasCustomHostObject(v8::Isolate* isolate) {
  (void)isolate;
  return hooksOf(context_)->Length() > 0;
}

v8::Maybe<bool> CloneWriter::IsHostObject(v8::Isolate* isolate, v8::Local<v8::Object> object) {
  v8::HandleScope scope(isolate);
  v8::Local<v8::Value> hook;
  if (!mayHaveHook(object)) return v8::Just(false);
  v8::Local<v8::Value> prototype = object->GetPrototypeV2();
  auto known = std::find(plainPrototypes_.begin(), plainPrototypes_.end(), prototype);
  if (known != plainPrototypes_.end()) return v8::Just(false);
  if (!hookOf(object, hook)) return v8::Nothing<bool>();
  if (hook->IsObject()) return v8::Just(true);
  plainPrototypes_.at(nextPlain_++ % plainPrototypes_.size()).Reset(isolate, prototype);
  return v8::Just(false);
}

v8::Maybe<bool> CloneWriter::WriteHostObject(v8::Isolate* isolate, v8::Local<v8::Object> object) {
  v8::HandleScope scope(isolate);
  auto place = std::find(transfer_.begin(), transfer_.end(), object);
  if (place != transfer_.end()) {
    serializer_.WriteUint32(kTransferred);
    serializer_.WriteUint32(static_cast<uint32_t>(place - transfer_.begin()));
    return v8::Just(true);
  }
  v8::Local<v8::Value> hook;
  v8::Local<v8::Value> data;
  v8::Local<v8::Value> name;
  if (!hookOf(object, hook) || !hook->IsObject()) return v8::Nothing<bool>();
  if (!hook.As<v8::Object>()->Has(context_, v8Name(isolate, "clone")).FromMaybe(false)) {
    if (hook.As<v8::Object>()->Get(context_, v8Name(isolate, "name")).ToLocal(&name) && name->IsString())
      refuse("A " + utf8Text(isolate, name.As<v8::String>(), 64) +
             " could not be cloned because it was not transferred.");
    return v8::Nothing<bool>();
  }
  if (!callHook(context_, hook, "clone", object).ToLocal(&data)) return v8::Nothing<bool>();
  serializer_.WriteUint32(kCloned);
  serializer_.WriteUint32(platformObjects_->Length() / 2);
  return append(platformObjects_, hook, data) ? v8::Just(true) : v8::Nothing<bool>();
}

// ---- CloneReader ----

CloneReader::CloneReader(v8::Local<v8::Context> context, const uint8_t* data, size_t size,
                         v8::Local<v8::Array> platformObjects, v8::Local<v8::Array> moved)
    : isolate_(v8::Isolate::GetCurrent()),
      context_(context),
      deserializer_(isolate_, data, size, this),
      platformObjects_(platformObjects),
      moved_(moved),
      revived_(v8::Array::New(isolate_)),
      received_(v8::Array::New(isolate_)) {}

v8::MaybeLocal<v8::Value> CloneReader::read() {
  // No JavaScript may run while V8 reads, so the hooks come first.
  if (!revive() || !receive() || deserializer_.ReadHeader(context_).IsNothing()) return {};
  return deserializer_.ReadValue(context_);
}

bool CloneReader::revive() {
  for (uint32_t i = 0; i + 1 < platformObjects_->Length(); i += 2) {
    v8::Local<v8::Value> hook;
    v8::Local<v8::Value> data;
    v8::Local<v8::Value> object;
    if (!platformObjects_->Get(context_, i).ToLocal(&hook) || !platformObjects_->Get(context_, i + 1).ToLocal(&data) ||
        !callHook(context_, hook, "revive", data).ToLocal(&object) ||
        revived_->CreateDataProperty(context_, i / 2, object).IsNothing()) {
      return false;
    }
  }
  return true;
}

bool CloneReader::receive() {
  for (uint32_t i = 0; i + 1 < moved_->Length(); i += 2) {
    v8::Local<v8::Value> hook;
    v8::Local<v8::Value> object;
    if (!moved_->Get(context_, i).ToLocal(&hook) || !moved_->Get(context_, i + 1).ToLocal(&object)) return false;
    if (object->IsArrayBuffer() && hook->IsUndefined()) {
      deserializer_.TransferArrayBuffer(i / 2, object.As<v8::ArrayBuffer>());
    } else if (!callHook(context_, hook, "attach", object).ToLocal(&object)) {
      return false;
    }
    if (received_->CreateDataProperty(context_, i / 2, object).IsNothing()) return false;
  }
  return true;
}

v8::MaybeLocal<v8::Object> CloneReader::ReadHostObject(v8::Isolate* isolate) {
  uint32_t kind = 0;
  uint32_t index = 0;
  v8::Local<v8::Value> value;
  if (!deserializer_.ReadUint32(&kind) || !deserializer_.ReadUint32(&index) ||
      !(kind == kTransferred ? received_ : revived_)->Get(context_, index).ToLocal(&value)) {
    return {};
  }
  if (value->IsObject()) return value.As<v8::Object>();
  throwTypeError(isolate, "clone: a hook made no object");
  return {};
}

}  // namespace mayfly::guest
