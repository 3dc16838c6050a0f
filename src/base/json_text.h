// SPDX-License-Identifier: Apache-2.0
#pragma once

// Writing JSON text (RFC 8259). Reading is simdjson's work; see scheduler/json_check.h for guests' JSON.

#include <cstdint>
#include <string>
#include <string_view>

namespace mayfly {

// Appends `text` as a JSON string, quotes included. Invalid UTF-8 becomes U+FFFD; control characters are escaped,
// so that neither a log line nor a terminal can be forged.
void appendJsonString(std::string& out, std::string_view text);
std::string jsonString(std::string_view text);
// The same for a message: of a long text only the beginning.
std::string shownText(std::string_view text);

// Appends a number with at most three decimals, as `12` or `0.25`.
void appendJsonNumber(std::string& out, double value);

// Builds one object member by member: JsonObject(out).text("id", id).raw("result", json).
class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_ += '{'; }
  ~JsonObject() { out_ += '}'; }
  JsonObject(const JsonObject&) = delete;
  JsonObject& operator=(const JsonObject&) = delete;

  JsonObject& text(std::string_view name, std::string_view value);
  JsonObject& number(std::string_view name, double value);
  JsonObject& integer(std::string_view name, uint64_t value);
  JsonObject& boolean(std::string_view name, bool value);
  // `value` is JSON already.
  JsonObject& raw(std::string_view name, std::string_view value);

 private:
  void key(std::string_view name);

  std::string& out_;
  bool first_ = true;
};

}  // namespace mayfly
