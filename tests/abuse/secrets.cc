// SPDX-License-Identifier: Apache-2.0
#include "abuse/secrets.h"

#include <sys/random.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace mayfly::abuse {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Ends in characters that change in a URL, so that its URL form differs.
std::string randomSecret() {
  std::array<unsigned char, 24> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) std::abort();
  std::string text = "sk-";
  for (unsigned char byte : bytes) text += kBase64[byte % 62];
  return text + "+/=";
}

std::string hexOf(std::string_view text, const char* digits) {
  std::string out;
  for (unsigned char byte : text) {
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

std::string urlOf(std::string_view text) {
  std::string out;
  for (char c : text) {
    bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-';
    out += plain ? std::string(1, c) : "%" + hexOf({&c, 1}, "0123456789ABCDEF");
  }
  return out;
}

// The characters of a base64 text that depend on the secret alone when `offset` unknown bytes stand before it.
std::string base64Core(const std::string& secret, size_t offset) {
  std::string padded = std::string(offset, '\0') + secret;
  std::string out;
  for (size_t bit = 0; bit + 6 <= padded.size() * 8; bit += 6) {
    uint32_t window = static_cast<unsigned char>(padded[bit / 8]) << 8U;
    if (bit / 8 + 1 < padded.size()) window |= static_cast<unsigned char>(padded[bit / 8 + 1]);
    out += kBase64[(window >> (10U - bit % 8U)) & 63U];
  }
  size_t unknown = (offset * 8 + 5) / 6;
  return out.substr(unknown);
}

}  // namespace

Secrets::Secrets() {
  for (const char* name : {"MAYFLY_TEST_API_KEY", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN"}) {
    values_.push_back(randomSecret());
    ::setenv(name, values_.back().c_str(), 1);
  }
  values_.push_back(randomSecret());  // in memory only
  for (const std::string& value : values_) {
    needles_.push_back({"raw", value});
    needles_.push_back({"url", urlOf(value)});
    needles_.push_back({"hex", hexOf(value, "0123456789abcdef")});
    needles_.push_back({"HEX", hexOf(value, "0123456789ABCDEF")});
    for (size_t offset = 0; offset < 3; ++offset) {
      needles_.push_back({"base64 at offset " + std::to_string(offset), base64Core(value, offset)});
    }
  }
}

const Secrets& Secrets::planted() {
  static const Secrets secrets;
  return secrets;
}

std::string Secrets::foundIn(std::string_view bytes) const {
  for (const Needle& needle : needles_) {
    if (bytes.find(needle.text) != std::string_view::npos) return needle.encoding;
  }
  return {};
}

}  // namespace mayfly::abuse
