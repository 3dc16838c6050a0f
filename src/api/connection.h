// SPDX-License-Identifier: Apache-2.0
#pragma once

// One client's connection: one coroutine that reads a request, hands it to the service, sends what the endpoint says,
// and goes on with the next. It bounds what a client can make it hold and how long it may take for it.
//
// Whatever it waits for (bytes, room to send, the endpoint, time), it waits for in one place: a timer that anything may
// cut short, after which all conditions are looked at again.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "api/connection_sink.h"
#include "api/http_request.h"

namespace mayfly::api {

using Socket = boost::asio::generic::stream_protocol::socket;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  struct Peer {
    bool local = false;  // it is on this machine
    bool overTcp = false;
  };
  // `onOver` is called once, last.
  Connection(Socket socket, Peer peer, const ConnectionLimits& limits, RequestSink& sink,
             std::function<void(Connection*)> onOver);
  ~Connection();

  void start();
  // Ends after the answer that is under way.
  void drain();
  // Ends now.
  void close();

 private:
  using Task = boost::asio::awaitable<void>;
  enum class Next : uint8_t { kAnotherRequest, kLinger, kClose };

  Task run();
  boost::asio::awaitable<Next> serveOne();
  boost::asio::awaitable<bool> readHead(std::optional<RequestHead>& head);
  boost::asio::awaitable<bool> readWholeBody(Exchange& exchange);
  boost::asio::awaitable<Next> converse(std::shared_ptr<Exchange> exchange, bool pieces);
  Task linger();
  Task pause(MonotonicTime deadline);
  boost::asio::awaitable<bool> sendNow(std::string bytes);

  void startReading();
  void onReadable();
  bool startSending(std::string bytes);
  bool feedBody(Exchange& exchange, Error& failure);
  Answer refusal(const Error& error);
  void upgrade(Exchange& exchange);
  void wake();

  Socket socket_;
  Peer peer_;
  const ConnectionLimits& limits_;
  RequestSink& sink_;
  std::function<void(Connection*)> onOver_;
  boost::asio::steady_timer wake_;
  RequestReader reader_;
  std::string in_;
  std::string sending_;
  std::string piece_;
  std::shared_ptr<Exchange> exchange_;
  size_t sentBytes_ = 0;  // of what was sent last, not told yet
  bool readPending_ = false;
  bool sendPending_ = false;
  bool ended_ = false;   // the client sends no more
  bool broken_ = false;  // nothing can be read or sent any more
  bool draining_ = false;
  bool first_ = true;
  bool upgraded_ = false;
};

// The socket of an upgraded connection; web_socket.cc.
void acceptWebSocket(Socket socket, const RequestHead& head, std::unique_ptr<Exchange::Upgrade> upgrade);

}  // namespace mayfly::api
