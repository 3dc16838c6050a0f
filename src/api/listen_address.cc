// SPDX-License-Identifier: Apache-2.0
#include "api/listen_address.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include <charconv>

namespace mayfly::api {
namespace {

Error wrong(std::string_view text, std::string_view why) {
  return Error{ErrorCode::kUsage, "'" + std::string(text) + "' is no address to listen on: " + std::string(why) +
                                      "; give 127.0.0.1:7070, [::1]:7070, :7070 or unix:/run/mayfly.sock"};
}

bool isAddress(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 || ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

}  // namespace

bool ListenAddress::isLoopback() const { return isUnix() || host.starts_with("127.") || host == "::1"; }

std::string ListenAddress::text() const {
  if (isUnix()) return "unix:" + path;
  bool six = host.find(':') != std::string::npos;
  return "http://" + (six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<ListenAddress> parseListenAddress(std::string_view text) {
  ListenAddress address;
  if (text.starts_with("unix:")) {
    address.path = text.substr(5);
    if (address.path.empty()) return wrong(text, "it names no file");
    if (address.path.size() >= sizeof(sockaddr_un::sun_path)) return wrong(text, "its path has more than 107 bytes");
    return address;
  }
  std::string_view host;
  std::string_view port = text;
  if (size_t colon = text.rfind(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (host.empty()) host = "::";
  }
  if (host.empty()) host = "127.0.0.1";
  if (host == "localhost") host = "127.0.0.1";
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  address.host = host;
  auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (port.empty() || failure != std::errc() || end != port.data() + port.size()) {
    return wrong(text, "its port is no number from 0 to 65535");
  }
  if (!isAddress(address.host)) return wrong(text, "its host is no literal address");
  return address;
}

}  // namespace mayfly::api
