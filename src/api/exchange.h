// SPDX-License-Identifier: Apache-2.0
#pragma once

// One request and its answer, between the connection that it came by and the endpoint that answers it. Knows no
// sockets.
//
// The endpoint answers in one piece (answer), in a stream (begin, write..., finish), or turns the connection into a
// WebSocket (upgrade). It holds the exchange by shared_ptr; when the connection is over, what it does here has no
// effect and its callbacks are dropped. Callbacks come from the loop, never from inside a call to the exchange.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "api/answer.h"
#include "api/http_request.h"
#include "api/route.h"
#include "api/web_socket.h"
#include "base/clock.h"
#include "tenants/tenants.h"

namespace mayfly::api {

class Exchange {
 public:
  // ---- what was asked ----
  RequestHead head;
  Route route;
  Caller caller;
  bool local = false;  // from this machine
  bool overTcp = false;
  std::string trace;  // traceparent or empty
  std::string body;   // all of it, unless the endpoint takes it in pieces
  MonotonicTime begun{};

  // ---- the endpoint's side ----
  void answer(Answer answer);
  void answer(const Error& error) { this->answer(Answer::error(error)); }
  // Headers now, then the body by write(). Without an upgrade of the client's only.
  void begin(Answer head);
  void write(std::string_view bytes);
  void finish();
  // The rest of the stream will not come: the connection is cut, so that the client notices.
  void abort();
  [[nodiscard]] bool answered() const { return state_ != State::kOpen; }
  // Bytes that wait for the client to take them.
  [[nodiscard]] size_t unsent() const { return outgoing_.size() + inFlight_; }
  // 101; `accept` gets the socket once it is one. The endpoint has checked head.wantsWebSocket.
  void upgrade(WebSocketOptions options, std::function<void(std::shared_ptr<WebSocket>)> accept);

  std::function<void(uint16_t status)> onAnswered;  // the status is decided; from inside of the call
  std::function<void()> onGone;     // the client has left or half-closed, and the answer is not complete
  std::function<void()> onWritten;  // some of it has been taken
  // A body in pieces: so many bytes are welcome, beyond those welcomed before.
  void wantBody(size_t bytes);
  std::function<void(std::string_view)> onBody;
  std::function<void()> onBodyEnd;

  // ---- the connection's side ----
  void setWake(std::function<void()> wake) { wake_ = std::move(wake); }
  [[nodiscard]] std::string takeOutgoing();
  void sent(size_t bytes);
  [[nodiscard]] bool finished() const { return state_ == State::kFinished && outgoing_.empty(); }
  [[nodiscard]] bool aborted() const { return aborted_; }
  [[nodiscard]] bool keepsAlive() const { return keepAlive_; }
  void endKeepAlive() { keepAlive_ = false; }
  [[nodiscard]] size_t bodyWanted() const { return bodyWanted_; }
  void bodyArrived(std::string_view bytes);
  void bodyEnded();
  void clientGone();
  void disconnect();  // the connection is over
  struct Upgrade {
    WebSocketOptions options;
    std::function<void(std::shared_ptr<WebSocket>)> accept;
  };
  [[nodiscard]] std::unique_ptr<Upgrade> takeUpgrade() { return std::move(upgrade_); }
  [[nodiscard]] uint16_t status() const { return status_; }

 private:
  enum class State : uint8_t { kOpen, kStreaming, kFinished };
  void wake();
  void decided(uint16_t status);

  State state_ = State::kOpen;
  BodyForm form_ = BodyForm::kWhole;
  bool keepAlive_ = true;
  bool aborted_ = false;
  bool goneTold_ = false;
  uint16_t status_ = 0;
  std::string outgoing_;
  size_t inFlight_ = 0;
  size_t bodyWanted_ = 0;
  std::unique_ptr<Upgrade> upgrade_;
  std::function<void()> wake_;
};

}  // namespace mayfly::api
