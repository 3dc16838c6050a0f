// SPDX-License-Identifier: Apache-2.0
#pragma once

// A WebSocket as an endpoint sees it (RFC 6455), without the socket. Callbacks come from the loop. The endpoint keeps
// it alive; letting it go closes it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http_request.h"

namespace mayfly::api {

struct WebSocketOptions {
  std::string subprotocol;          // to be named in the answer; or empty
  std::vector<HttpHeader> headers;  // further ones of the answer
  size_t maxMessage = 8U << 20U;
  std::chrono::seconds idle{60};  // then a ping; and then the connection is given up
};

class WebSocket {
 public:
  virtual ~WebSocket() = default;

  virtual void sendText(std::string text) = 0;
  virtual void sendBinary(std::string bytes) = 0;
  // Sends what waits, then the closing handshake.
  virtual void close(uint16_t code, std::string_view reason) = 0;
  // Bytes that wait for the client to take them.
  [[nodiscard]] virtual size_t unsent() const = 0;
  // No message is read while this is false: the client feels it.
  virtual void setReading(bool reading) = 0;

  std::function<void(std::string_view)> onText;
  std::function<void(std::string_view)> onBinary;
  std::function<void()> onWritten;
  std::function<void(uint16_t code, std::string reason)> onClosed;  // once, last; 1006: without a handshake
};

}  // namespace mayfly::api
