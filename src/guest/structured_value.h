// SPDX-License-Identifier: Apache-2.0
#pragma once

// JavaScript values as structured JSON, for logs and for thrown values. What JSON has stays itself; what it has not is
// an object with the one key `$mayfly`, which names the kind:
//
//   undefined  bigint  number (NaN, Infinity, -0)  symbol  function  date  regexp  getter  circular  more
//   Map {entries}  Set {values}  Uint8Array {length, values}  Error {name, message, class, stack}  object {class,
//   properties, more}
//
// Writing runs no code of the program: no getter, no proxy trap, no toJSON, no toString.

#include <string>
#include <vector>

#include "guest/v8_api.h"

namespace mayfly::guest {

class StructuredWriter {
 public:
  // Stops adding at about `cap` bytes and says how much is missing.
  StructuredWriter(v8::Local<v8::Context> context, size_t cap);

  void write(v8::Local<v8::Value> value);
  // A JSON array of the values.
  void writeArray(const std::vector<v8::Local<v8::Value>>& values);

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void writeText(v8::Local<v8::String> text);
  void writeNumber(double number);
  void writeTagged(std::string_view kind, std::string_view key, std::string_view value);
  void writePrimitive(v8::Local<v8::Value> value);
  void writeObject(v8::Local<v8::Object> object);
  bool writeSpecial(v8::Local<v8::Object> object);
  void writeError(v8::Local<v8::Object> error);
  void writeList(v8::Local<v8::Array> list);
  void writeEntries(v8::Local<v8::Object> collection, bool isMap);
  void writeView(v8::Local<v8::TypedArray> view);
  void writeOrdinary(v8::Local<v8::Object> object);
  // Answers how many properties it left out.
  size_t writeProperties(v8::Local<v8::Object> object);
  void writeMore(size_t count);
  [[nodiscard]] bool full() const { return out_.size() >= cap_; }
  std::string constructorName(v8::Local<v8::Object> object);

  v8::Isolate* isolate_;
  v8::Local<v8::Context> context_;
  size_t cap_;
  std::string out_;
  std::vector<v8::Local<v8::Object>> path_;
};

}  // namespace mayfly::guest
