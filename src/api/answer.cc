// SPDX-License-Identifier: Apache-2.0
#include "api/answer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/json_text.h"

namespace mayfly::api {
namespace {

struct Phrase {
  uint16_t status;
  std::string_view text;
};

constexpr std::array kPhrases = {
    Phrase{100, "Continue"},
    Phrase{101, "Switching Protocols"},
    Phrase{200, "OK"},
    Phrase{201, "Created"},
    Phrase{202, "Accepted"},
    Phrase{204, "No Content"},
    Phrase{206, "Partial Content"},
    Phrase{301, "Moved Permanently"},
    Phrase{302, "Found"},
    Phrase{303, "See Other"},
    Phrase{304, "Not Modified"},
    Phrase{307, "Temporary Redirect"},
    Phrase{308, "Permanent Redirect"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{408, "Request Timeout"},
    Phrase{409, "Conflict"},
    Phrase{410, "Gone"},
    Phrase{413, "Content Too Large"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{422, "Unprocessable Content"},
    Phrase{426, "Upgrade Required"},
    Phrase{429, "Too Many Requests"},
    Phrase{499, "Client Closed Request"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{502, "Bad Gateway"},
    Phrase{503, "Service Unavailable"},
    Phrase{504, "Gateway Timeout"},
};

// RFC 9110, 5.6.2.
bool isTokenChar(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

void appendHeader(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool isHeaderName(std::string_view name) { return !name.empty() && std::all_of(name.begin(), name.end(), isTokenChar); }

bool isHeaderValue(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

std::string_view reasonPhrase(uint16_t status) {
  const auto* found = std::find_if(kPhrases.begin(), kPhrases.end(),
                                   [status](const Phrase& phrase) { return phrase.status == status; });
  return found == kPhrases.end() ? "" : found->text;
}

bool Answer::has(std::string_view name) const {
  return std::any_of(headers.begin(), headers.end(),
                     [name](const HttpHeader& header) { return equalsIgnoringCase(header.name, name); });
}

Answer& Answer::with(std::string name, std::string value) & {
  headers.push_back({std::move(name), std::move(value)});
  return *this;
}

Answer&& Answer::with(std::string name, std::string value) && {
  headers.push_back({std::move(name), std::move(value)});
  return std::move(*this);
}

Answer Answer::json(std::string text, uint16_t status) {
  Answer answer;
  answer.status = status;
  answer.body = std::move(text);
  return std::move(answer).with("Content-Type", "application/json");
}

Answer Answer::text(std::string text, std::string type) {
  Answer answer;
  answer.body = std::move(text);
  return std::move(answer).with("Content-Type", std::move(type));
}

Answer Answer::error(const Error& error) {
  const ErrorInfo& info = errorInfo(error.code);
  std::string document;
  JsonObject(document).text("code", info.code).text("message", error.message).boolean("retryable", info.retryable);
  // An error of a program is no answer with 200 when it stands in place of the program's own answer.
  auto status = static_cast<uint16_t>(info.http);
  if (error.code == ErrorCode::kLimit) status = 413;  // a document of more modules or levels than may be
  if (status == 200) status = 500;
  Answer answer = json("{\"error\":" + document + "}", status);
  if (error.code == ErrorCode::kUnauthorized) answer.with("WWW-Authenticate", "Bearer realm=\"mayfly\"");
  return answer;
}

std::string answerHead(const Answer& answer, BodyForm form, bool keepAlive, bool headOnly) {
  std::string out = "HTTP/1.1 " + std::to_string(answer.status) + " ";
  out += answer.reason.empty() || !isHeaderValue(answer.reason) ? reasonPhrase(answer.status) : answer.reason;
  out += "\r\n";
  for (const HttpHeader& header : answer.headers) {
    if (isHeaderName(header.name) && isHeaderValue(header.value)) appendHeader(out, header.name, header.value);
  }
  bool bodiless = answer.status == 204 || answer.status == 304 || answer.status < 200;
  if (form == BodyForm::kWhole && !bodiless) appendHeader(out, "Content-Length", std::to_string(answer.body.size()));
  if (form == BodyForm::kChunked && !bodiless && !headOnly) appendHeader(out, "Transfer-Encoding", "chunked");
  if (answer.status >= 200 && !keepAlive) appendHeader(out, "Connection", "close");
  return out += "\r\n";
}

std::string chunk(std::string_view bytes) {
  std::array<char, 20> size{};
  auto end = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16).ptr;
  std::string out(size.data(), end);
  return out.append("\r\n").append(bytes).append("\r\n");
}

}  // namespace mayfly::api
