// SPDX-License-Identifier: Apache-2.0
// require("native:node"): what Node's library asks of V8. It looks into values without running code of the program,
// and holds the data that V8 carries through promise reactions for AsyncLocalStorage.

#include <array>

#include "guest/call_scope.h"
#include "guest/native/natives.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

template <bool (v8::Value::*kTest)() const>
void is(const Info& info) {
  info.GetReturnValue().Set(((*info[0])->*kTest)());
}

template <bool (v8::Value::*... kTests)() const>
void isAny(const Info& info) {
  info.GetReturnValue().Set(((((*info[0])->*kTests)()) || ...));
}

struct TypeTest {
  const char* name;
  v8::FunctionCallback test;
};

constexpr std::array kTypeTests = {
    TypeTest{"isExternal", is<&v8::Value::IsExternal>},
    TypeTest{"isDate", is<&v8::Value::IsDate>},
    TypeTest{"isArgumentsObject", is<&v8::Value::IsArgumentsObject>},
    TypeTest{"isBigIntObject", is<&v8::Value::IsBigIntObject>},
    TypeTest{"isBooleanObject", is<&v8::Value::IsBooleanObject>},
    TypeTest{"isNumberObject", is<&v8::Value::IsNumberObject>},
    TypeTest{"isStringObject", is<&v8::Value::IsStringObject>},
    TypeTest{"isSymbolObject", is<&v8::Value::IsSymbolObject>},
    TypeTest{"isBoxedPrimitive",
             isAny<&v8::Value::IsNumberObject, &v8::Value::IsStringObject, &v8::Value::IsBooleanObject,
                   &v8::Value::IsBigIntObject, &v8::Value::IsSymbolObject>},
    TypeTest{"isNativeError", is<&v8::Value::IsNativeError>},
    TypeTest{"isRegExp", is<&v8::Value::IsRegExp>},
    TypeTest{"isAsyncFunction", is<&v8::Value::IsAsyncFunction>},
    TypeTest{"isGeneratorFunction", is<&v8::Value::IsGeneratorFunction>},
    TypeTest{"isGeneratorObject", is<&v8::Value::IsGeneratorObject>},
    TypeTest{"isPromise", is<&v8::Value::IsPromise>},
    TypeTest{"isMap", is<&v8::Value::IsMap>},
    TypeTest{"isSet", is<&v8::Value::IsSet>},
    TypeTest{"isMapIterator", is<&v8::Value::IsMapIterator>},
    TypeTest{"isSetIterator", is<&v8::Value::IsSetIterator>},
    TypeTest{"isWeakMap", is<&v8::Value::IsWeakMap>},
    TypeTest{"isWeakSet", is<&v8::Value::IsWeakSet>},
    TypeTest{"isArrayBuffer", is<&v8::Value::IsArrayBuffer>},
    TypeTest{"isDataView", is<&v8::Value::IsDataView>},
    TypeTest{"isSharedArrayBuffer", is<&v8::Value::IsSharedArrayBuffer>},
    TypeTest{"isProxy", is<&v8::Value::IsProxy>},
    TypeTest{"isModuleNamespaceObject", is<&v8::Value::IsModuleNamespaceObject>},
    TypeTest{"isAnyArrayBuffer", isAny<&v8::Value::IsArrayBuffer, &v8::Value::IsSharedArrayBuffer>},
};

void answerList(const Info& info, std::initializer_list<v8::Local<v8::Value>> values) {
  v8::Isolate* isolate = info.GetIsolate();
  info.GetReturnValue().Set(v8::Array::New(isolate, const_cast<v8::Local<v8::Value>*>(values.begin()), values.size()));
}

// getPromiseDetails(promise) -> [state, result]
void getPromiseDetails(const Info& info) {
  if (!info[0]->IsPromise()) return;
  v8::Local<v8::Promise> promise = info[0].As<v8::Promise>();
  v8::Local<v8::Value> state = v8::Integer::New(info.GetIsolate(), promise->State());
  if (promise->State() == v8::Promise::kPending) return answerList(info, {state});
  answerList(info, {state, promise->Result()});
}

// getProxyDetails(value, both = true) -> undefined | [target, handler] | target
void getProxyDetails(const Info& info) {
  if (!info[0]->IsProxy()) return;
  v8::Local<v8::Proxy> proxy = info[0].As<v8::Proxy>();
  if (info.Length() > 1 && !info[1]->IsTrue()) return info.GetReturnValue().Set(proxy->GetTarget());
  answerList(info, {proxy->GetTarget(), proxy->GetHandler()});
}

// previewEntries(collection) -> list; previewEntries(iterator, true) -> [list, has keys and values]
void previewEntries(const Info& info) {
  if (!info[0]->IsObject()) return;
  bool pairs = false;
  v8::Local<v8::Array> entries;
  if (!info[0].As<v8::Object>()->PreviewEntries(&pairs).ToLocal(&entries)) return;
  if (info.Length() < 2) return info.GetReturnValue().Set(entries);
  answerList(info, {entries, v8::Boolean::New(info.GetIsolate(), pairs)});
}

// getOwnNonIndexProperties(object, filter) -> names
void getOwnNonIndexProperties(const Info& info) {
  if (!info[0]->IsObject() || !info[1]->IsUint32()) return;
  v8::Local<v8::Array> names;
  auto filter = static_cast<v8::PropertyFilter>(info[1].As<v8::Uint32>()->Value() & 31U);
  if (info[0]
          .As<v8::Object>()
          ->GetPropertyNames(info.GetIsolate()->GetCurrentContext(), v8::KeyCollectionMode::kOwnOnly, filter,
                             v8::IndexFilter::kSkipIndices)
          .ToLocal(&names)) {
    info.GetReturnValue().Set(names);
  }
}

void getConstructorName(const Info& info) {
  if (info[0]->IsObject()) info.GetReturnValue().Set(info[0].As<v8::Object>()->GetConstructorName());
}

void isConstructor(const Info& info) {
  info.GetReturnValue().Set(info[0]->IsObject() && info[0].As<v8::Object>()->IsConstructor());
}

void isArrayBufferDetached(const Info& info) {
  info.GetReturnValue().Set(info[0]->IsArrayBuffer() && info[0].As<v8::ArrayBuffer>()->WasDetached());
}

void utf8Length(const Info& info) {
  if (!info[0]->IsString()) return throwTypeError(info.GetIsolate(), "node: a string is needed");
  info.GetReturnValue().Set(static_cast<double>(info[0].As<v8::String>()->Utf8LengthV2(info.GetIsolate())));
}

void getContinuationData(const Info& info) { info.GetReturnValue().Set(asyncFrame(info.GetIsolate())); }

void setContinuationData(const Info& info) { setAsyncFrame(info.GetIsolate(), info[0]); }

}  // namespace

void addNodeNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Object> types = v8::Object::New(isolate);
  for (const TypeTest& each : kTypeTests) defineMethod(context, types, each.name, each.test, 1);
  target->CreateDataProperty(context, v8Name(isolate, "types"), types).Check();
  defineMethod(context, target, "getPromiseDetails", getPromiseDetails, 1);
  defineMethod(context, target, "getProxyDetails", getProxyDetails, 2);
  defineMethod(context, target, "previewEntries", previewEntries, 2);
  defineMethod(context, target, "getOwnNonIndexProperties", getOwnNonIndexProperties, 2);
  defineMethod(context, target, "getConstructorName", getConstructorName, 1);
  defineMethod(context, target, "isConstructor", isConstructor, 1);
  defineMethod(context, target, "isArrayBufferDetached", isArrayBufferDetached, 1);
  defineMethod(context, target, "utf8Length", utf8Length, 1);
  defineMethod(context, target, "getContinuationPreservedEmbedderData", getContinuationData, 0);
  defineMethod(context, target, "setContinuationPreservedEmbedderData", setContinuationData, 1);
}

}  // namespace mayfly::guest
