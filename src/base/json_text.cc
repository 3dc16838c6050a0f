// SPDX-License-Identifier: Apache-2.0
#include "base/json_text.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "base/utf8.h"

namespace mayfly {
namespace {

void appendEscaped(std::string& out, unsigned char byte) {
  switch (byte) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  if (byte >= 0x20 && byte != 0x7f) {
    out += static_cast<char>(byte);
    return;
  }
  std::array<char, 8> code{};
  std::snprintf(code.data(), code.size(), "\\u%04x", byte);
  out += code.data();
}

}  // namespace

void appendJsonString(std::string& out, std::string_view text) {
  out += '"';
  for (size_t i = 0; i < text.size();) {
    auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      appendEscaped(out, byte);
      ++i;
      continue;
    }
    size_t length = utf8SequenceLength(text.substr(i));
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      ++i;
      continue;
    }
    out.append(text.substr(i, length));
    i += length;
  }
  out += '"';
}

std::string jsonString(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  appendJsonString(out, text);
  return out;
}

std::string shownText(std::string_view text) {
  constexpr size_t kShown = 100;
  return jsonString(utf8Prefix(text, kShown));
}

void appendJsonNumber(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  std::array<char, 64> text{};
  constexpr double kExact = 1e15;  // decimals mean nothing past it, and digits would go on for ever
  if (std::fabs(value) >= kExact) {
    out.append(text.data(), static_cast<size_t>(std::snprintf(text.data(), text.size(), "%.17g", value)));
    return;
  }
  int length = std::snprintf(text.data(), text.size(), "%.3f", value);
  std::string_view view(text.data(), static_cast<size_t>(length));
  while (view.back() == '0') view.remove_suffix(1);
  if (view.back() == '.') view.remove_suffix(1);
  out += view;
}

void JsonObject::key(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  appendJsonString(out_, name);
  out_ += ':';
}

JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
  key(name);
  appendJsonString(out_, value);
  return *this;
}

JsonObject& JsonObject::number(std::string_view name, double value) {
  key(name);
  appendJsonNumber(out_, value);
  return *this;
}

JsonObject& JsonObject::integer(std::string_view name, uint64_t value) {
  key(name);
  out_ += std::to_string(value);
  return *this;
}

JsonObject& JsonObject::boolean(std::string_view name, bool value) {
  key(name);
  out_ += value ? "true" : "false";
  return *this;
}

JsonObject& JsonObject::raw(std::string_view name, std::string_view value) {
  key(name);
  out_ += value;
  return *this;
}

}  // namespace mayfly
