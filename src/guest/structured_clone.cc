// SPDX-License-Identifier: Apache-2.0
#include "guest/structured_clone.h"

#include "guest/clone.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

// The list { transfer: [...] } of the options. False with an exception pending.
bool readOptions(v8::Local<v8::Context> context, v8::Local<v8::Value> options,
                 std::vector<v8::Local<v8::Object>>& objects) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  if (options->IsNullOrUndefined()) return true;
  if (!options->IsObject()) {
    throwTypeError(isolate, "The options of structuredClone must be an object");
    return false;
  }
  v8::Local<v8::Value> list;
  if (!options.As<v8::Object>()->Get(context, v8Name(isolate, "transfer")).ToLocal(&list)) return false;
  return list->IsUndefined() || readTransferList(context, list, objects);
}

void structuredClone(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  if (info.Length() == 0) return throwTypeError(isolate, "structuredClone needs a value");
  std::vector<v8::Local<v8::Object>> transfer;
  if (!readOptions(context, info[1], transfer)) return;
  CloneWriter writer(context);
  if (!writer.write(info[0], transfer)) return;
  CloneReader reader(context, writer.data(), writer.size(), writer.platformObjects(), writer.moved());
  v8::Local<v8::Value> clone;
  if (reader.read().ToLocal(&clone)) info.GetReturnValue().Set(clone);
}

// The next value of an iteration; empty at its end. False with an exception pending.
bool takeNext(v8::Local<v8::Context> context, v8::Local<v8::Object> iterator, v8::Local<v8::Function> next,
              v8::Local<v8::Value>& value) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Value> step;
  v8::Local<v8::Value> done;
  if (!next->Call(context, iterator, 0, nullptr).ToLocal(&step)) return false;
  if (!step->IsObject()) {
    throwTypeError(isolate, "The iterator of the transfer list answers no object");
    return false;
  }
  if (!step.As<v8::Object>()->Get(context, v8Name(isolate, "done")).ToLocal(&done)) return false;
  value.Clear();
  return done->BooleanValue(isolate) || step.As<v8::Object>()->Get(context, v8Name(isolate, "value")).ToLocal(&value);
}

}  // namespace

bool readTransferList(v8::Local<v8::Context> context, v8::Local<v8::Value> iterable,
                      std::vector<v8::Local<v8::Object>>& objects) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Value> method;
  v8::Local<v8::Value> iterator;
  v8::Local<v8::Value> next;
  v8::Local<v8::Value> value;
  auto fail = [&](std::string_view message) {
    throwTypeError(isolate, message);
    return false;
  };
  if (!iterable->IsObject()) return fail("The transfer list must be iterable");
  if (!iterable.As<v8::Object>()->Get(context, v8::Symbol::GetIterator(isolate)).ToLocal(&method)) return false;
  if (!method->IsFunction()) return fail("The transfer list must be iterable");
  if (!method.As<v8::Function>()->Call(context, iterable, 0, nullptr).ToLocal(&iterator)) return false;
  if (!iterator->IsObject()) return fail("The transfer list must be iterable");
  if (!iterator.As<v8::Object>()->Get(context, v8Name(isolate, "next")).ToLocal(&next)) return false;
  if (!next->IsFunction()) return fail("The transfer list must be iterable");
  for (;;) {
    if (!takeNext(context, iterator.As<v8::Object>(), next.As<v8::Function>(), value)) return false;
    if (value.IsEmpty()) return true;
    if (!value->IsObject()) return fail("Only objects can be transferred");
    objects.push_back(value.As<v8::Object>());
  }
}

void installStructuredClone(v8::Local<v8::Context> context) {
  installCloneHooks(context);
  defineMethod(context, context->Global(), "structuredClone", structuredClone, 1);
}

}  // namespace mayfly::guest
