// SPDX-License-Identifier: Apache-2.0
#include "bench/http_reply.h"

#include <strings.h>

#include <charconv>

namespace mayfly::bench {
namespace {

constexpr size_t kMaxReply = 1U << 20U;
constexpr std::string_view kLineEnd = "\r\n";

Error malformed(std::string_view what) {
  return Error{ErrorCode::kProtocol, "an HTTP reply with " + std::string(what)};
}

std::optional<size_t> number(std::string_view text, int base) {
  size_t value = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (failure != std::errc() || end != text.data() + text.size() || value > kMaxReply) return {};
  return value;
}

// The value of a header field; nothing without it.
std::optional<std::string_view> field(std::string_view head, std::string_view name) {
  for (size_t at = head.find(kLineEnd); at != std::string_view::npos; at = head.find(kLineEnd, at)) {
    at += kLineEnd.size();
    std::string_view line = head.substr(at, head.find(kLineEnd, at) - at);
    if (line.size() <= name.size() || line[name.size()] != ':') continue;
    if (::strncasecmp(line.data(), name.data(), name.size()) != 0) continue;
    std::string_view value = line.substr(name.size() + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    return value;
  }
  return {};
}

struct Body {
  std::string text;
  size_t end = 0;  // where the next reply begins
};

// RFC 9112, 7.1: size in hex, line end, that many bytes, line end; a size of 0 and an empty line at the end.
Result<std::optional<Body>> readChunks(std::string_view bytes, size_t at) {
  Body body;
  for (;;) {
    size_t lineEnd = bytes.find(kLineEnd, at);
    if (lineEnd == std::string_view::npos) return std::optional<Body>();
    auto size = number(bytes.substr(at, lineEnd - at), 16);
    if (!size) return malformed("a chunk without a size");
    size_t begin = lineEnd + kLineEnd.size();
    if (bytes.size() < begin + *size + kLineEnd.size()) return std::optional<Body>();
    if (bytes.substr(begin + *size, kLineEnd.size()) != kLineEnd) return malformed("a chunk longer than its size");
    body.text += bytes.substr(begin, *size);
    at = begin + *size + kLineEnd.size();
    if (*size > 0) continue;
    body.end = at;
    return std::optional<Body>(std::move(body));
  }
}

Result<std::optional<Body>> readBody(std::string_view bytes, std::string_view head, size_t at) {
  if (field(head, "transfer-encoding") == "chunked") return readChunks(bytes, at);
  auto length = field(head, "content-length");
  auto size = length ? number(*length, 10) : std::nullopt;
  if (!size) return malformed("no usable length");
  if (bytes.size() < at + *size) return std::optional<Body>();
  return std::optional<Body>(Body{std::string(bytes.substr(at, *size)), at + *size});
}

}  // namespace

Result<std::optional<HttpReply>> HttpReplyReader::next() {
  if (buffer_.size() > 2 * kMaxReply) return malformed("too many bytes");
  std::string_view bytes = buffer_;
  size_t headEnd = bytes.find("\r\n\r\n");
  if (headEnd == std::string_view::npos) return std::optional<HttpReply>();
  std::string_view head = bytes.substr(0, headEnd);
  // "HTTP/1.1 200 OK"
  auto status = head.starts_with("HTTP/1.1 ") ? number(head.substr(9, 3), 10) : std::nullopt;
  if (!status) return malformed("no status line");
  auto body = readBody(bytes, head, headEnd + 4);
  if (!body) return std::move(body).error();
  if (!body->has_value()) return std::optional<HttpReply>();
  HttpReply reply{static_cast<int>(*status), std::move((*body)->text)};
  buffer_.erase(0, (*body)->end);
  return std::optional<HttpReply>(std::move(reply));
}

}  // namespace mayfly::bench
