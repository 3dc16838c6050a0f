// SPDX-License-Identifier: Apache-2.0
// require("native:clone"): structured cloning for the groups: of messages on their way, and of the groups' own objects.

#include <array>
#include <cstring>

#include "guest/clone.h"
#include "guest/native/natives.h"
#include "guest/structured_clone.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

// register({ name, is, clone, revive, detach, attach })
//   is(value)      whether it is one of this type; must not throw
//   clone(value)   what a copy is made from: any value, kept as it is until `revive(data)` makes the copy
//   detach(value)  takes the contents out of a transferred object, for `attach(data)` to put into a new one
// A type without `clone` can only be transferred, one without `detach` only be cloned. Both throw what the program
// gets.
void registerHook(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsObject()) return throwTypeError(isolate, "clone: a hook is an object");
  (void)addCloneHook(isolate->GetCurrentContext(), info[0].As<v8::Object>());
}

// serialize(value, transfer) -> record, an opaque array: [data, platform objects, transferred objects]
void serialize(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  std::vector<v8::Local<v8::Object>> transfer;
  if (!info[1]->IsUndefined() && !readTransferList(context, info[1], transfer)) return;
  CloneWriter writer(context);
  if (!writer.write(info[0], transfer)) return;
  // In an ArrayBuffer the data counts as the program's memory.
  v8::Local<v8::ArrayBuffer> data;
  if (!v8::ArrayBuffer::MaybeNew(isolate, writer.size()).ToLocal(&data)) {
    isolate->ThrowException(v8::Exception::RangeError(v8Text(isolate, "There is no memory for this message")));
    return;
  }
  std::memcpy(data->Data(), writer.data(), writer.size());
  std::array<v8::Local<v8::Value>, 3> record = {data, writer.platformObjects(), writer.moved()};
  info.GetReturnValue().Set(v8::Array::New(isolate, record.data(), record.size()));
}

// deserialize(record) -> [value, transferred objects]. Once for each record.
void deserialize(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  std::array<v8::Local<v8::Value>, 3> record;
  for (uint32_t i = 0; i < record.size(); ++i) {
    if (!info[0]->IsArray() || !info[0].As<v8::Array>()->Get(context, i).ToLocal(&record.at(i)))
      return throwTypeError(isolate, "clone: a record is needed");
  }
  if (!record[0]->IsArrayBuffer() || !record[1]->IsArray() || !record[2]->IsArray())
    return throwTypeError(isolate, "clone: a record is needed");
  std::shared_ptr<v8::BackingStore> store = record[0].As<v8::ArrayBuffer>()->GetBackingStore();
  CloneReader reader(context, static_cast<const uint8_t*>(store->Data()), store->ByteLength(),
                     record[1].As<v8::Array>(), record[2].As<v8::Array>());
  v8::Local<v8::Value> value;
  if (!reader.read().ToLocal(&value)) return;
  std::array<v8::Local<v8::Value>, 2> answer = {value, reader.received()};
  info.GetReturnValue().Set(v8::Array::New(isolate, answer.data(), answer.size()));
}

}  // namespace

void addCloneNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target) {
  defineMethod(context, target, "register", registerHook, 1);
  defineMethod(context, target, "serialize", serialize, 2);
  defineMethod(context, target, "deserialize", deserialize, 1);
}

}  // namespace mayfly::guest
