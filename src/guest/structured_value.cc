// SPDX-License-Identifier: Apache-2.0
#include "guest/structured_value.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/json_text.h"
#include "base/utf8.h"
#include "guest/error_stack.h"

namespace mayfly::guest {
namespace {

constexpr size_t kMaxDepth = 8;
constexpr size_t kMaxItems = 200;
constexpr size_t kMaxStringBytes = 16U << 10U;

std::string flagText(v8::RegExp::Flags flags) {
  // In the order of RegExp.prototype.flags (ECMA-262, 22.2.6.4).
  constexpr std::pair<v8::RegExp::Flags, char> kFlags[] = {
      {v8::RegExp::kHasIndices, 'd'},  {v8::RegExp::kGlobal, 'g'}, {v8::RegExp::kIgnoreCase, 'i'},
      {v8::RegExp::kMultiline, 'm'},   {v8::RegExp::kDotAll, 's'}, {v8::RegExp::kUnicode, 'u'},
      {v8::RegExp::kUnicodeSets, 'v'}, {v8::RegExp::kSticky, 'y'}};
  std::string text;
  for (const auto& [flag, letter] : kFlags) {
    if ((flags & flag) != 0) text += letter;
  }
  return text;
}

// Values of a view that can be read without running anything.
constexpr size_t kMaxViewItems = 100;

}  // namespace

StructuredWriter::StructuredWriter(v8::Local<v8::Context> context, size_t cap)
    : isolate_(v8::Isolate::GetCurrent()), context_(context), cap_(cap) {}

void StructuredWriter::writeArray(const std::vector<v8::Local<v8::Value>>& values) {
  out_ += '[';
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out_ += ',';
    if (full()) {
      writeMore(values.size() - i);
      break;
    }
    write(values[i]);
  }
  out_ += ']';
}

void StructuredWriter::write(v8::Local<v8::Value> value) {
  if (value->IsObject()) {
    writeObject(value.As<v8::Object>());
  } else {
    writePrimitive(value);
  }
}

void StructuredWriter::writePrimitive(v8::Local<v8::Value> value) {
  if (value->IsString()) return writeText(value.As<v8::String>());
  if (value->IsNumber()) return writeNumber(value.As<v8::Number>()->Value());
  if (value->IsBoolean()) {
    out_ += value->IsTrue() ? "true" : "false";
  } else if (value->IsNull()) {
    out_ += "null";
  } else if (value->IsBigInt()) {
    v8::Local<v8::String> digits;
    // Printing a very long one is slow; its length says enough.
    bool printable = value.As<v8::BigInt>()->WordCount() <= 64 && value->ToString(context_).ToLocal(&digits);
    writeTagged("bigint", "value", printable ? utf8Text(isolate_, digits) : "(more than 1200 digits)");
  } else if (value->IsSymbol()) {
    v8::Local<v8::Value> description = value.As<v8::Symbol>()->Description(isolate_);
    writeTagged("symbol", "description",
                description->IsString() ? utf8Text(isolate_, description.As<v8::String>(), kMaxStringBytes) : "");
  } else {
    out_ += R"({"$mayfly":"undefined"})";
  }
}

void StructuredWriter::writeText(v8::Local<v8::String> text) {
  size_t room = std::min(kMaxStringBytes, cap_ > out_.size() ? cap_ - out_.size() : 64);
  std::string bytes = utf8Text(isolate_, text, room);
  size_t whole = bytes.size() < room ? bytes.size() : text->Utf8LengthV2(isolate_);
  if (whole > bytes.size()) bytes += "... " + std::to_string(whole - bytes.size()) + " more bytes";
  size_t begin = out_.size();
  appendJsonString(out_, bytes);
  // Control characters take six bytes each once they are escaped; the cap is on what is written.
  if (out_.size() - begin <= 2 * room) return;
  out_.resize(begin);
  size_t shown = room / 6;
  appendJsonString(out_,
                   std::string(utf8Prefix(bytes, shown)) + "... " + std::to_string(whole - shown) + " more bytes");
}

void StructuredWriter::writeNumber(double number) {
  if (std::isnan(number)) return writeTagged("number", "value", "NaN");
  if (std::isinf(number)) return writeTagged("number", "value", number > 0 ? "Infinity" : "-Infinity");
  if (number == 0 && std::signbit(number)) return writeTagged("number", "value", "-0");
  v8::Local<v8::String> digits;  // V8 prints the shortest digits that read back the same
  if (!v8::Number::New(isolate_, number)->ToString(context_).ToLocal(&digits)) return;
  out_ += utf8Text(isolate_, digits);
  // As an integer of more than 64 bits it would be beyond many readers.
  constexpr double kLargestInteger = 1e18;
  if (std::fabs(number) >= kLargestInteger &&
      out_.find('e', out_.size() - static_cast<size_t>(digits->Length())) == std::string::npos)
    out_ += "e0";
}

void StructuredWriter::writeTagged(std::string_view kind, std::string_view key, std::string_view value) {
  JsonObject(out_).text("$mayfly", kind).text(key, value);
}

void StructuredWriter::writeMore(size_t count) { JsonObject(out_).text("$mayfly", "more").integer("count", count); }

void StructuredWriter::writeObject(v8::Local<v8::Object> object) {
  if (std::find(path_.begin(), path_.end(), object) != path_.end()) {
    out_ += R"({"$mayfly":"circular"})";
    return;
  }
  if (path_.size() >= kMaxDepth || full()) {
    writeTagged("more", "class", object->IsProxy() ? "Proxy" : constructorName(object));
    return;
  }
  path_.push_back(object);
  if (!writeSpecial(object)) {
    writeOrdinary(object);
  }
  path_.pop_back();
}

// A plain object is itself in JSON. One of a class, one that is cut, and one of the program's own with our tag's key
// are tagged, and their properties are just that.
void StructuredWriter::writeOrdinary(v8::Local<v8::Object> object) {
  std::string name = constructorName(object);
  bool lookalike = object->HasRealNamedProperty(context_, v8Name(isolate_, "$mayfly")).FromMaybe(true);
  size_t begin = out_.size();
  size_t omitted = writeProperties(object);
  if (name == "Object" && !lookalike && omitted == 0) return;
  out_.insert(begin, R"({"$mayfly":"object","class":)" + jsonString(name) + R"(,"properties":)");
  if (omitted > 0) out_ += R"(,"more":)" + std::to_string(omitted);
  out_ += '}';
}

// The kinds that V8 tells apart by what they are, not by what they claim.
bool StructuredWriter::writeSpecial(v8::Local<v8::Object> object) {
  if (object->IsProxy()) {
    out_ += R"({"$mayfly":"proxy"})";
  } else if (object->IsArray()) {
    writeList(object.As<v8::Array>());
  } else if (object->IsFunction()) {
    v8::Local<v8::Value> name = object.As<v8::Function>()->GetName();
    writeTagged("function", "name", name->IsString() ? utf8Text(isolate_, name.As<v8::String>(), 256) : "");
  } else if (object->IsNativeError()) {
    writeError(object);
  } else if (object->IsDate()) {
    v8::Local<v8::String> iso = object.As<v8::Date>()->ToISOString();
    writeTagged("date", "value",
                std::isnan(object.As<v8::Date>()->ValueOf()) ? "Invalid Date" : utf8Text(isolate_, iso));
  } else if (object->IsRegExp()) {
    v8::Local<v8::String> source = object.As<v8::RegExp>()->GetSource();
    writeTagged(
        "regexp", "value",
        "/" + utf8Text(isolate_, source, kMaxStringBytes) + "/" + flagText(object.As<v8::RegExp>()->GetFlags()));
  } else if (object->IsMap() || object->IsSet()) {
    writeEntries(object, object->IsMap());
  } else if (object->IsTypedArray()) {
    writeView(object.As<v8::TypedArray>());
  } else if (object->IsArrayBuffer()) {
    JsonObject(out_).text("$mayfly", "ArrayBuffer").integer("length", object.As<v8::ArrayBuffer>()->ByteLength());
  } else if (object->IsPromise()) {
    constexpr std::array<std::string_view, 3> kStates = {"pending", "fulfilled", "rejected"};
    writeTagged("promise", "state", kStates.at(static_cast<size_t>(object.As<v8::Promise>()->State())));
  } else {
    return false;
  }
  return true;
}

void StructuredWriter::writeError(v8::Local<v8::Object> error) {
  auto field = [&](std::string_view name) {
    v8::Local<v8::String> key = v8Name(isolate_, name);
    v8::Local<v8::Value> value;
    if (error->HasRealNamedCallbackProperty(context_, key).FromMaybe(true)) return std::string();
    if (!error->GetRealNamedProperty(context_, key).ToLocal(&value) || !value->IsString()) return std::string();
    return utf8Text(isolate_, value.As<v8::String>(), kMaxStringBytes);
  };
  JsonObject object(out_);
  std::string name = field("name");
  object.text("$mayfly", "Error")
      .text("name", name.empty() ? constructorName(error) : name)
      .text("message", field("message"));
  object.text("class", constructorName(error));
  if (std::string stack = plainStackOf(context_, error); !stack.empty()) object.text("stack", stack);
}

void StructuredWriter::writeList(v8::Local<v8::Array> list) {
  std::vector<v8::Local<v8::Value>> items;
  uint32_t shown = std::min<uint32_t>(list->Length(), kMaxItems);
  out_ += '[';
  for (uint32_t i = 0; i < shown && !full(); ++i) {
    v8::Local<v8::Value> item;
    if (i > 0) out_ += ',';
    // An index may be an accessor or a hole that a prototype fills; the descriptor tells without running it.
    v8::Local<v8::Value> descriptor;
    v8::Local<v8::String> key;
    if (!v8::Integer::NewFromUnsigned(isolate_, i)->ToString(context_).ToLocal(&key) ||
        !list->GetOwnPropertyDescriptor(context_, key).ToLocal(&descriptor) || !descriptor->IsObject() ||
        !descriptor.As<v8::Object>()->GetRealNamedProperty(context_, v8Name(isolate_, "value")).ToLocal(&item)) {
      out_ += R"({"$mayfly":"undefined"})";
      continue;
    }
    write(item);
  }
  if (list->Length() > shown) {
    if (shown > 0) out_ += ',';
    writeMore(list->Length() - shown);
  }
  out_ += ']';
}

void StructuredWriter::writeEntries(v8::Local<v8::Object> collection, bool isMap) {
  bool keyed = false;
  v8::Local<v8::Array> items;
  out_ += isMap ? R"({"$mayfly":"Map","entries":[)" : R"({"$mayfly":"Set","values":[)";
  if (collection->PreviewEntries(&keyed).ToLocal(&items)) {
    uint32_t step = isMap ? 2 : 1;
    uint32_t shown = std::min<uint32_t>(items->Length(), kMaxItems * step);
    for (uint32_t i = 0; i + step <= shown && !full(); i += step) {
      if (i > 0) out_ += ',';
      v8::Local<v8::Value> first = items->Get(context_, i).FromMaybe(v8::Local<v8::Value>(v8::Undefined(isolate_)));
      if (!isMap) {
        write(first);
        continue;
      }
      out_ += '[';
      write(first);
      out_ += ',';
      write(items->Get(context_, i + 1).FromMaybe(v8::Local<v8::Value>(v8::Undefined(isolate_))));
      out_ += ']';
    }
    if (items->Length() > shown) {
      out_ += ',';
      writeMore((items->Length() - shown) / step);
    }
  }
  out_ += "]}";
}

void StructuredWriter::writeView(v8::Local<v8::TypedArray> view) {
  out_ += R"({"$mayfly":)";
  appendJsonString(out_, constructorName(view));
  out_ += R"(,"length":)" + std::to_string(view->Length()) + R"(,"values":[)";
  size_t shown = std::min(view->Length(), kMaxViewItems);
  for (size_t i = 0; i < shown; ++i) {
    v8::Local<v8::Value> item;
    if (i > 0) out_ += ',';
    if (view->Get(context_, static_cast<uint32_t>(i)).ToLocal(&item)) write(item);
  }
  out_ += "]}";
}

size_t StructuredWriter::writeProperties(v8::Local<v8::Object> object) {
  size_t written = 0;
  size_t count = 0;
  v8::Local<v8::Array> keys;
  auto filter = static_cast<v8::PropertyFilter>(v8::ONLY_ENUMERABLE | v8::SKIP_SYMBOLS);
  out_ += '{';
  if (object->GetOwnPropertyNames(context_, filter, v8::KeyConversionMode::kConvertToString).ToLocal(&keys)) {
    uint32_t shown = std::min<uint32_t>(keys->Length(), kMaxItems);
    count = keys->Length();
    for (uint32_t i = 0; i < shown && !full(); ++i, ++written) {
      v8::Local<v8::Name> key = keys->Get(context_, i).ToLocalChecked().As<v8::Name>();
      if (i > 0) out_ += ',';
      writeText(key.As<v8::String>());
      out_ += ':';
      v8::Local<v8::Value> descriptor;
      v8::Local<v8::Value> value;
      if (!object->GetOwnPropertyDescriptor(context_, key).ToLocal(&descriptor) || !descriptor->IsObject() ||
          !descriptor.As<v8::Object>()->GetRealNamedProperty(context_, v8Name(isolate_, "value")).ToLocal(&value)) {
        out_ += R"({"$mayfly":"getter"})";
        continue;
      }
      write(value);
    }
  }
  out_ += '}';
  return count - written;
}

std::string StructuredWriter::constructorName(v8::Local<v8::Object> object) {
  return utf8Text(isolate_, object->GetConstructorName(), 256);
}

}  // namespace mayfly::guest
