// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is sent back to a client of HTTP, before it is bytes.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/http_request.h"
#include "base/error.h"

namespace mayfly::api {

struct Answer {
  uint16_t status = 200;
  std::string reason;  // empty: the usual phrase
  std::vector<HttpHeader> headers;
  std::string body;

  [[nodiscard]] static Answer json(std::string text, uint16_t status = 200);
  [[nodiscard]] static Answer text(std::string text, std::string type);
  // The error document of docs/api.md.
  [[nodiscard]] static Answer error(const Error& error);
  [[nodiscard]] static Answer nothing(uint16_t status = 204) {
    return {.status = status, .reason = "", .headers = {}, .body = ""};
  }

  [[nodiscard]] bool has(std::string_view name) const;
  Answer& with(std::string name, std::string value) &;
  Answer&& with(std::string name, std::string value) &&;
};

enum class BodyForm : uint8_t { kWhole, kChunked, kUntilClose, kNone };

// Status line and headers up to the empty line. A header that is not one (a line end in it) is left out.
std::string answerHead(const Answer& answer, BodyForm form, bool keepAlive, bool headOnly);
std::string_view reasonPhrase(uint16_t status);
// One chunk of Transfer-Encoding: chunked.
std::string chunk(std::string_view bytes);

// A name or value that may stand in a header.
bool isHeaderName(std::string_view name);
bool isHeaderValue(std::string_view value);

}  // namespace mayfly::api
