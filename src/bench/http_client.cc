// SPDX-License-Identifier: Apache-2.0
#include "bench/http_client.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>

#include "base/syscall.h"
#include "bench/interrupt.h"

namespace mayfly::bench {
namespace {

constexpr time_t kAnswerSeconds = 60;

}  // namespace

Result<void> limitWaiting(int socket) {
  timeval limit{.tv_sec = kAnswerSeconds, .tv_usec = 0};
  if (::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0) return errnoError("SO_RCVTIMEO");
  return {};
}

Result<HttpClient> HttpClient::connect(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return Error{ErrorCode::kUsage, "the path of a socket is too long"};
  std::memcpy(address.sun_path, path.data(), path.size());
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.valid() || ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return errnoError("connecting to " + path, ErrorCode::kUnavailable);
  }
  MAYFLY_TRY(limitWaiting(socket.get()));
  return HttpClient(std::move(socket));
}

Result<void> HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = retryEintr([&] { return ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); });
    if (count <= 0) return errnoError("talking to a server", ErrorCode::kUnavailable);
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return {};
}

Result<HttpReply> HttpClient::request(std::string_view method, std::string_view path, std::string_view body,
                                      std::string_view headers) {
  std::string text = std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" +
                     std::string(headers) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  text += body;
  MAYFLY_TRY(checkInterrupted());
  MAYFLY_TRY(send(text));
  for (;;) {
    auto reply = reader_.next();
    if (!reply) return std::move(reply).error();
    if (reply->has_value()) return std::move(**reply);
    std::array<char, 16384> chunk{};
    ssize_t count = retryEintr([&] { return ::recv(socket_.get(), chunk.data(), chunk.size(), 0); });
    if (count <= 0) return errnoError("waiting for a server", ErrorCode::kUnavailable);
    reader_.append({chunk.data(), static_cast<size_t>(count)});
  }
}

Result<std::string> HttpClient::bodyOf(Result<HttpReply> reply) {
  if (!reply) return std::move(reply).error();
  if (reply->status == 200) return std::move(reply->body);
  return Error{ErrorCode::kInternal, "a server answered " + std::to_string(reply->status) + " " + reply->body};
}

Result<std::string> HttpClient::post(std::string_view path, std::string_view body, std::string_view headers) {
  return bodyOf(request("POST", path, body, headers));
}

Result<std::string> HttpClient::get(std::string_view path, std::string_view headers) {
  return bodyOf(request("GET", path, {}, headers));
}

}  // namespace mayfly::bench
