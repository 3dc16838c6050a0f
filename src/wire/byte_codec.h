// SPDX-License-Identifier: Apache-2.0
#pragma once

// The vocabulary of payloads: little-endian integers and length-prefixed text, written in order, read in order.
// A reader never trusts a length: each is checked against the bytes that are really there and against a cap.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/utf8.h"

namespace mayfly::wire {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the wire is little-endian and so are we");

class ByteWriter {
 public:
  template <typename T>
    requires std::is_arithmetic_v<T>
  void put(T value) {
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    bytes_.append(raw, sizeof(T));
  }
  void text(std::string_view value) {
    put(static_cast<uint32_t>(value.size()));
    bytes_.append(value);
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads borrow from the payload. After the first bad read every further one fails too; look at done() at the end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <typename T>
    requires std::is_arithmetic_v<T>
  T get() {
    T value{};
    if (rest_.size() < sizeof(T)) {
      fail();
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof(T));
    rest_.remove_prefix(sizeof(T));
    return value;
  }
  std::string_view text(size_t cap) {
    auto length = get<uint32_t>();
    if (length > cap || length > rest_.size()) {
      fail();
      return {};
    }
    std::string_view value = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return value;
  }
  // Text that reaches terminals, logs and JSON: only well-formed UTF-8 passes.
  std::string utf8(size_t cap) {
    std::string_view value = text(cap);
    if (!isUtf8(value)) {
      fail();
      return {};
    }
    return std::string(value);
  }
  void fail() {
    failed_ = true;
    rest_ = {};
  }
  [[nodiscard]] bool failed() const { return failed_; }
  // Everything was read and nothing is left over.
  [[nodiscard]] bool done() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace mayfly::wire
