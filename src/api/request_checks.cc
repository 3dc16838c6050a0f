// SPDX-License-Identifier: Apache-2.0
#include "api/request_checks.h"

#include <algorithm>
#include <charconv>

namespace mayfly::api {
namespace {

constexpr size_t kMaxIdempotencyKey = 200;

bool isDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool isLowerHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool isZeros(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }

std::string_view trimmed(std::string_view text) {
  size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// The media type without its parameters.
std::string_view mediaType(std::string_view value) { return trimmed(value.substr(0, value.find(';'))); }

bool isLoopbackAddress(std::string_view name) {
  if (!name.starts_with("127.")) return false;
  int parts = 0;
  while (!name.empty()) {
    size_t dot = std::min(name.find('.'), name.size());
    std::string_view part = name.substr(0, dot);
    if (!isDigits(part) || part.size() > 3) return false;
    if (dot + 1 == name.size()) return false;
    name.remove_prefix(std::min(dot + 1, name.size()));
    ++parts;
  }
  return parts == 4;
}

}  // namespace

bool isLoopbackHost(std::string_view host) {
  std::string_view name = host;
  if (size_t colon = host.rfind(':'); colon != std::string_view::npos && !host.ends_with(']')) {
    std::string_view port = host.substr(colon + 1);
    if (!isDigits(port) || port.size() > 5) return false;
    name = host.substr(0, colon);
  }
  return equalsIgnoringCase(name, "localhost") || name == "[::1]" || isLoopbackAddress(name);
}

bool isOwnOrigin(std::string_view origin, std::string_view host) {
  return isLoopbackHost(host) && origin.size() == host.size() + 7 && origin.starts_with("http://") &&
         equalsIgnoringCase(origin.substr(7), host);
}

Result<std::string> presentedKey(const RequestHead& head) {
  std::string_view authorization = head.header("Authorization");
  std::string key(head.header("X-API-Key"));
  if (authorization.empty()) return key;
  constexpr std::string_view kScheme = "Bearer ";
  if (authorization.size() <= kScheme.size() || !equalsIgnoringCase(authorization.substr(0, kScheme.size()), kScheme)) {
    return Error{ErrorCode::kUnauthorized, "the header Authorization is not \"Bearer KEY\""};
  }
  std::string bearer(trimmed(authorization.substr(kScheme.size())));
  if (!key.empty() && key != bearer) {
    return Error{ErrorCode::kUnauthorized, "Authorization and X-API-Key are two different keys"};
  }
  return bearer;
}

Result<std::string> idempotencyKey(const RequestHead& head) {
  if (head.count("Idempotency-Key") == 0) return std::string();
  std::string key(head.header("Idempotency-Key"));
  bool visible = std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x21 && c <= 0x7e; });
  if (key.empty() || key.size() > kMaxIdempotencyKey || !visible) {
    return Error{ErrorCode::kUsage, "the header Idempotency-Key is not a text of 1 to 200 visible ASCII characters"};
  }
  return key;
}

std::string traceparent(const RequestHead& head) {
  std::string_view value = head.header("traceparent");
  // version-traceid-parentid-flags: 2, 32, 16 and 2 digits
  if (value.size() < 55 || value[2] != '-' || value[35] != '-' || value[52] != '-') return {};
  std::string_view version = value.substr(0, 2);
  std::string_view trace = value.substr(3, 32);
  std::string_view parent = value.substr(36, 16);
  if (!isLowerHex(version) || version == "ff" || !isLowerHex(trace) || isZeros(trace) || !isLowerHex(parent) ||
      isZeros(parent) || !isLowerHex(value.substr(53, 2))) {
    return {};
  }
  // A later version may have more behind another dash; what is known of it is taken over.
  if (value.size() > 55 && (version == "00" || value[55] != '-')) return {};
  return std::string(value.substr(0, 55));
}

Result<uint64_t> lastEventId(const RequestHead& head) {
  std::string_view value = head.header("Last-Event-ID");
  if (value.empty()) return uint64_t{0};
  uint64_t id = 0;
  auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), id);
  if (failure != std::errc() || end != value.data() + value.size()) {
    return Error{ErrorCode::kUsage, "the header Last-Event-ID is none of the ids that this daemon gives"};
  }
  return id;
}

bool acceptsType(const RequestHead& head, std::string_view type) {
  std::string_view accept = head.header("Accept");
  while (!accept.empty()) {
    size_t comma = std::min(accept.find(','), accept.size());
    if (equalsIgnoringCase(mediaType(accept.substr(0, comma)), type)) return true;
    accept.remove_prefix(std::min(comma + 1, accept.size()));
  }
  return false;
}

Result<void> checkJsonBody(const RequestHead& head) {
  std::string_view type = mediaType(head.header("Content-Type"));
  // curl calls everything a form that was not given a name. What forms of web pages send is refused by its Origin.
  bool fine = type.empty() || equalsIgnoringCase(type, "application/json") ||
              equalsIgnoringCase(type, "application/x-www-form-urlencoded") ||
              (type.size() > 5 && equalsIgnoringCase(type.substr(type.size() - 5), "+json"));
  if (fine) return {};
  return Error{ErrorCode::kMediaType, "the body has to be JSON; send the header Content-Type: application/json"};
}

}  // namespace mayfly::api
