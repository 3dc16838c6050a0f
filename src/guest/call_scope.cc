// SPDX-License-Identifier: Apache-2.0
#include "guest/call_scope.h"

#include "guest/guest_state.h"

namespace mayfly::guest {
namespace {

// Outside of calls the continuation data is the frame itself, so a plain run pays for nothing. In a call it is an
// object that no program sees, with these fields.
enum Field : int { kStream = 0, kFrame = 1, kFieldCount = 2 };

v8::Local<v8::Object> callData(v8::Isolate* isolate) {
  v8::Local<v8::Data> data = isolate->GetContinuationPreservedEmbedderDataV2();
  if (!data->IsValue() || !data.As<v8::Value>()->IsObject()) return {};
  auto object = data.As<v8::Value>().As<v8::Object>();
  return object->InternalFieldCount() == kFieldCount ? object : v8::Local<v8::Object>();
}

v8::Local<v8::Object> makeCallData(v8::Local<v8::Context> context, v8::Local<v8::Value> stream,
                                   v8::Local<v8::Value> frame) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Global<v8::ObjectTemplate>& shape = stateOf(isolate).callData;
  if (shape.IsEmpty()) {
    v8::Local<v8::ObjectTemplate> fresh = v8::ObjectTemplate::New(isolate);
    fresh->SetInternalFieldCount(kFieldCount);
    shape.Reset(isolate, fresh);
  }
  v8::Local<v8::Object> data = shape.Get(isolate)->NewInstance(context).ToLocalChecked();
  data->SetInternalField(kStream, stream);
  data->SetInternalField(kFrame, frame);
  return data;
}

}  // namespace

uint64_t currentStream(v8::Isolate* isolate) {
  v8::HandleScope scope(isolate);
  v8::Local<v8::Object> data = callData(isolate);
  if (data.IsEmpty()) return 0;
  return static_cast<uint64_t>(data->GetInternalField(kStream).As<v8::Value>().As<v8::Number>()->Value());
}

v8::Local<v8::Value> asyncFrame(v8::Isolate* isolate) {
  v8::Local<v8::Object> data = callData(isolate);
  if (data.IsEmpty()) return isolate->GetContinuationPreservedEmbedderDataV2().As<v8::Value>();
  return data->GetInternalField(kFrame).As<v8::Value>();
}

void setAsyncFrame(v8::Isolate* isolate, v8::Local<v8::Value> frame) {
  v8::Local<v8::Object> data = callData(isolate);
  if (data.IsEmpty()) return isolate->SetContinuationPreservedEmbedderDataV2(frame);
  // A new one: promises that wait have kept the old.
  v8::Local<v8::Value> stream = data->GetInternalField(kStream).As<v8::Value>();
  isolate->SetContinuationPreservedEmbedderDataV2(makeCallData(isolate->GetCurrentContext(), stream, frame));
}

CallScope::CallScope(v8::Local<v8::Context> context, uint64_t stream) : isolate_(v8::Isolate::GetCurrent()) {
  v8::HandleScope scope(isolate_);
  v8::Local<v8::Value> number = v8::Number::New(isolate_, static_cast<double>(stream));
  isolate_->SetContinuationPreservedEmbedderDataV2(makeCallData(context, number, v8::Undefined(isolate_)));
}

CallScope::~CallScope() { isolate_->SetContinuationPreservedEmbedderDataV2(v8::Undefined(isolate_)); }

}  // namespace mayfly::guest
