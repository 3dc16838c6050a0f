// SPDX-License-Identifier: Apache-2.0
#include "guest/structured_clone.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

// A DOMException until the platform has the class: an Error with its name and code.
void throwDataCloneError(v8::Isolate* isolate, v8::Local<v8::String> message) {
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::Object> error = v8::Exception::Error(message).As<v8::Object>();
  error->DefineOwnProperty(context, v8Name(isolate, "name"), v8Text(isolate, "DataCloneError"), v8::DontEnum).Check();
  error->DefineOwnProperty(context, v8Name(isolate, "code"), v8::Integer::New(isolate, 25), v8::DontEnum).Check();
  isolate->ThrowException(error);
}

class Delegate : public v8::ValueSerializer::Delegate {
 public:
  explicit Delegate(v8::Isolate* isolate) : isolate_(isolate) {}
  void ThrowDataCloneError(v8::Local<v8::String> message) override { throwDataCloneError(isolate_, message); }

 private:
  v8::Isolate* isolate_;
};

// The buffers named in { transfer: [...] }. False with an exception pending when one is not a buffer that can move.
bool readTransferList(v8::Local<v8::Context> context, v8::Local<v8::Value> options,
                      std::vector<v8::Local<v8::ArrayBuffer>>& buffers) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  if (options->IsNullOrUndefined()) return true;
  if (!options->IsObject()) {
    throwTypeError(isolate, "The options of structuredClone must be an object");
    return false;
  }
  v8::Local<v8::Value> list;
  if (!options.As<v8::Object>()->Get(context, v8Name(isolate, "transfer")).ToLocal(&list)) return false;
  if (list->IsUndefined()) return true;
  if (!list->IsArray()) {
    throwTypeError(isolate, "transfer must be an array");
    return false;
  }
  for (uint32_t i = 0; i < list.As<v8::Array>()->Length(); ++i) {
    v8::Local<v8::Value> item;
    if (!list.As<v8::Array>()->Get(context, i).ToLocal(&item)) return false;
    if (!item->IsArrayBuffer() || !item.As<v8::ArrayBuffer>()->IsDetachable() ||
        item.As<v8::ArrayBuffer>()->WasDetached()) {
      throwDataCloneError(isolate, v8Text(isolate, "Only ArrayBuffers that are not detached can be transferred"));
      return false;
    }
    if (std::find(buffers.begin(), buffers.end(), item) != buffers.end()) {
      throwDataCloneError(isolate, v8Text(isolate, "An ArrayBuffer is in the transfer list twice"));
      return false;
    }
    buffers.push_back(item.As<v8::ArrayBuffer>());
  }
  return true;
}

void structuredClone(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  if (info.Length() == 0) return throwTypeError(isolate, "structuredClone needs a value");
  std::vector<v8::Local<v8::ArrayBuffer>> transferred;
  if (!readTransferList(context, info[1], transferred)) return;
  Delegate delegate(isolate);
  v8::ValueSerializer serializer(isolate, &delegate);
  for (uint32_t i = 0; i < transferred.size(); ++i) serializer.TransferArrayBuffer(i, transferred[i]);
  serializer.WriteHeader();
  if (serializer.WriteValue(context, info[0]).IsNothing()) return;
  auto [data, size] = serializer.Release();
  std::vector<std::shared_ptr<v8::BackingStore>> stores;
  for (const auto& buffer : transferred) {
    stores.push_back(buffer->GetBackingStore());
    if (buffer->Detach(v8::Local<v8::Value>()).IsNothing()) return std::free(data);
  }
  v8::ValueDeserializer deserializer(isolate, data, size);
  for (uint32_t i = 0; i < stores.size(); ++i) {
    deserializer.TransferArrayBuffer(i, v8::ArrayBuffer::New(isolate, stores[i]));
  }
  v8::Local<v8::Value> clone;
  if (deserializer.ReadHeader(context).IsJust() && deserializer.ReadValue(context).ToLocal(&clone)) {
    info.GetReturnValue().Set(clone);
  }
  std::free(data);
}

}  // namespace

void installStructuredClone(v8::Local<v8::Context> context) {
  defineMethod(context, context->Global(), "structuredClone", structuredClone, 1);
}

}  // namespace mayfly::guest
