// SPDX-License-Identifier: Apache-2.0
#include "api/http_request.h"

#include <algorithm>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <limits>

namespace mayfly::api {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

constexpr std::string_view kBlanks = " \t";

Error malformed(std::string_view why) {
  return Error{ErrorCode::kUsage, "this is no HTTP/1.1 request: " + std::string(why)};
}

std::string text(boost::beast::string_view view) { return {view.data(), view.size()}; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string_view trimmed(std::string_view text) {
  size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Line by line: each ends in CR LF, none begins with a blank (a folded header, or one before the first), and none holds
// a control character.
Result<void> checkLines(std::string_view head, size_t mostHeaders) {
  size_t lines = 0;
  while (!head.empty()) {
    size_t end = head.find("\r\n");
    if (end == std::string_view::npos) return malformed("a line does not end in CR LF");
    std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 2);
    if (!line.empty() && kBlanks.find(line.front()) != std::string_view::npos) {
      return malformed("a header is folded over several lines");
    }
    bool harmless = std::none_of(line.begin(), line.end(), [](char c) {
      auto byte = static_cast<unsigned char>(c);
      return (byte < 0x20 && c != '\t') || byte == 0x7f;
    });
    if (!harmless) return malformed("there is a control character in its head");
    ++lines;
  }
  // The request line and the empty line at the end are no headers.
  if (lines > mostHeaders + 2) {
    return Error{ErrorCode::kTooLarge, "the request has more than " + std::to_string(mostHeaders) + " headers"};
  }
  return {};
}

Result<void> checkLengths(const RequestHead& head, int version) {
  bool coded = head.count("Transfer-Encoding") > 0;
  if (coded && head.count("Content-Length") > 0) {
    return malformed("it has both Content-Length and Transfer-Encoding");
  }
  if (head.count("Content-Length") > 1) return malformed("it has several Content-Length");
  std::string_view length = head.header("Content-Length");
  if (head.count("Content-Length") == 1 &&
      (length.empty() || length.size() > 18 || length.find_first_not_of("0123456789") != std::string_view::npos)) {
    return malformed("its Content-Length is no number");
  }
  if (coded && version < 11) return malformed("HTTP/1.0 has no Transfer-Encoding");
  if (coded &&
      (head.count("Transfer-Encoding") > 1 || !equalsIgnoringCase(head.header("Transfer-Encoding"), "chunked"))) {
    return malformed("Transfer-Encoding is something else than chunked");
  }
  return {};
}

Result<void> checkHead(const RequestHead& head, int version) {
  if (version != 10 && version != 11) return malformed("its version is neither 1.0 nor 1.1");
  MAYFLY_TRY(checkLengths(head, version));
  if (head.count("Host") > 1) return malformed("it has several Host");
  if (version == 11 && head.count("Host") == 0) return malformed("it has no Host");
  for (const char* once : {"Authorization", "X-API-Key", "Origin", "Idempotency-Key", "Last-Event-ID", "traceparent"}) {
    if (head.count(once) > 1) return malformed("it has several " + std::string(once));
  }
  return {};
}

bool isWebSocketUpgrade(const RequestHead& head) {
  return head.method == "GET" && hasToken(head.header("Connection"), "upgrade") &&
         hasToken(head.header("Upgrade"), "websocket");
}

}  // namespace

std::string_view RequestHead::header(std::string_view name) const {
  for (const HttpHeader& each : headers) {
    if (equalsIgnoringCase(each.name, name)) return each.value;
  }
  return {};
}

size_t RequestHead::count(std::string_view name) const {
  return static_cast<size_t>(std::count_if(
      headers.begin(), headers.end(), [&](const HttpHeader& each) { return equalsIgnoringCase(each.name, name); }));
}

bool equalsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char left, char right) { return lower(left) == lower(right); });
}

bool hasToken(std::string_view header, std::string_view token) {
  while (!header.empty()) {
    size_t comma = std::min(header.find(','), header.size());
    if (equalsIgnoringCase(trimmed(header.substr(0, comma)), token)) return true;
    header.remove_prefix(std::min(comma + 1, header.size()));
  }
  return false;
}

class RequestReader::Parser : public http::request_parser<http::buffer_body> {};

RequestReader::RequestReader(HttpLimits limits) : limits_(limits) {}
RequestReader::~RequestReader() = default;

bool RequestReader::bodyDone() const { return parser_ == nullptr || parser_->is_done(); }

Result<std::optional<RequestHead>> RequestReader::head(std::string& in) {
  // An empty line before a request is harmless and allowed (RFC 9112, 2.2).
  while (in.starts_with("\r\n")) in.erase(0, 2);
  size_t end = in.find("\r\n\r\n", searched_ < 3 ? 0 : searched_ - 3);
  if (std::min(end, in.size()) > limits_.headBytes) {
    return Error{ErrorCode::kTooLarge,
                 "the head of the request has more than " + std::to_string(limits_.headBytes) + " bytes"};
  }
  if (end == std::string::npos) {
    searched_ = in.size();
    return std::optional<RequestHead>();
  }
  searched_ = 0;
  size_t size = end + 4;
  MAYFLY_TRY(checkLines(std::string_view(in).substr(0, size), limits_.headers));
  parser_ = std::make_unique<Parser>();
  parser_->header_limit(std::numeric_limits<uint32_t>::max());
  parser_->body_limit(boost::none);
  error_code failure;
  parser_->put(boost::asio::buffer(in.data(), size), failure);
  if (failure && failure != http::error::need_buffer) return malformed(failure.message());
  if (!parser_->is_header_done()) return malformed("its head does not end");
  in.erase(0, size);

  const auto& message = parser_->get();
  RequestHead head;
  head.method = text(message.method_string());
  head.target = text(message.target());
  for (const auto& field : message) head.headers.push_back({text(field.name_string()), text(field.value())});
  MAYFLY_TRY(checkHead(head, static_cast<int>(message.version())));
  head.keepAlive = parser_->keep_alive();
  head.oldVersion = message.version() < 11;
  head.hasBody = !parser_->is_done();
  head.expectsContinue = equalsIgnoringCase(head.header("Expect"), "100-continue");
  if (head.count("Content-Length") > 0) head.contentLength = parser_->content_length().value_or(0);
  head.wantsWebSocket = isWebSocketUpgrade(head);
  if (head.wantsWebSocket && head.hasBody) return malformed("an upgrade has no body");
  return std::optional<RequestHead>(std::move(head));
}

Result<void> RequestReader::body(std::string& in, std::string& out, size_t most) {
  size_t taken = 0;
  while (!parser_->is_done() && most > 0) {
    size_t had = out.size();
    size_t room = std::min(in.size() - taken, most);
    out.resize(had + room);
    auto& body = parser_->get().body();
    body.data = out.data() + had;
    body.size = room;
    error_code failure;
    size_t used = parser_->put(boost::asio::buffer(in.data() + taken, in.size() - taken), failure);
    taken += used;
    size_t got = room - body.size;
    out.resize(had + got);
    most -= got;
    if (failure == http::error::need_more || failure == http::error::need_buffer) failure = {};
    if (failure) return malformed(failure.message());
    if (used == 0 && got == 0) break;
  }
  in.erase(0, taken);
  // A chunk's line that never ends.
  if (!parser_->is_done() && most > 0 && in.size() > limits_.headBytes) return malformed("a chunk's head does not end");
  return {};
}

}  // namespace mayfly::api
