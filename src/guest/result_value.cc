// SPDX-License-Identifier: Apache-2.0
#include "guest/result_value.h"

#include "guest/failure.h"

namespace mayfly::guest {
namespace {

// JSON.stringify writes a lone surrogate as an escape, which is JSON by its grammar and text to nobody.
void replaceLoneSurrogates(std::string& json) {
  for (size_t at = json.find('\\'); at != std::string::npos && at + 5 < json.size(); at = json.find('\\', at + 2)) {
    bool surrogate = json[at + 1] == 'u' && json[at + 2] == 'd' &&
                     std::string_view("89abcdef").find(json[at + 3]) != std::string_view::npos;
    if (surrogate) json.replace(at + 2, 4, "fffd");
  }
}

}  // namespace

std::variant<wire::ResultValue, wire::Failure> resultOf(v8::Local<v8::Context> context, v8::Local<v8::Value> value,
                                                        uint64_t outputBytes) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::TryCatch caught(isolate);
  wire::ResultValue result;
  if (value->IsUndefined() || value->IsFunction() || value->IsSymbol()) return result;
  v8::Local<v8::String> json;
  if (!v8::JSON::Stringify(context, value).ToLocal(&json)) {
    return describeCaught(context, caught, ErrorCode::kResult);
  }
  size_t size = json->Utf8LengthV2(isolate);
  if (size > outputBytes) {
    return plainFailure(ErrorCode::kOutput, "the result has " + std::to_string(size) +
                                                " bytes of JSON; the limit outputBytes is " +
                                                std::to_string(outputBytes));
  }
  result.json = utf8Text(isolate, json);
  replaceLoneSurrogates(result.json);
  // A toJSON that returns nothing.
  result.defined = result.json != "undefined";
  if (!result.defined) result.json.clear();
  return result;
}

}  // namespace mayfly::guest
