// SPDX-License-Identifier: Apache-2.0
#include "api/server.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unordered_map>
#include <utility>

#include "api/connection.h"

namespace mayfly::api {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Local = asio::local::stream_protocol;
using boost::system::error_code;

// Without descriptors left, accepting again at once would only burn time.
constexpr std::chrono::milliseconds kPauseAfterFailure{100};

Error listenError(const ListenAddress& address, const error_code& failure) {
  std::string advice = failure == asio::error::address_in_use ? "; is another daemon running there?" : "";
  return Error{ErrorCode::kUnavailable, "cannot listen on " + address.text() + ": " + failure.message() + advice};
}

Connection::Peer peerOf(const tcp::socket& socket) {
  Connection::Peer peer{.local = false, .overTcp = true};
  error_code failure;
  auto endpoint = socket.remote_endpoint(failure);
  if (failure) return peer;
  auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  peer.local = address.is_loopback();
  return peer;
}

Connection::Peer peerOf(const Local::socket&) { return {.local = true, .overTcp = false}; }

void tune(tcp::socket& socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
}

void tune(Local::socket&) {}

// Somebody listens there, or it is no socket at all: it stays.
bool isStale(const std::string& path, asio::io_context& loop) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode)) return false;
  Local::socket probe(loop);
  error_code failure;
  probe.connect(Local::endpoint(path), failure);
  return failure == asio::error::connection_refused;
}

}  // namespace

class Server::State : public std::enable_shared_from_this<State> {
 public:
  State(asio::io_context& loop, RequestSink& sink, const ConnectionLimits& limits, size_t most)
      : loop_(loop), sink_(sink), limits_(limits), most_(most) {}

  Result<ListenAddress> listenTcp(ListenAddress address) {
    error_code failure;
    auto ip = asio::ip::make_address(address.host, failure);
    if (failure) return listenError(address, failure);
    tcp::endpoint endpoint(ip, address.port);
    auto acceptor = std::make_shared<tcp::acceptor>(loop_);
    acceptor->open(endpoint.protocol(), failure);
    if (!failure) acceptor->set_option(tcp::acceptor::reuse_address(true), failure);
    if (!failure) acceptor->bind(endpoint, failure);
    if (!failure) acceptor->listen(tcp::acceptor::max_listen_connections, failure);
    if (failure) return listenError(address, failure);
    address.port = acceptor->local_endpoint(failure).port();
    begin(acceptor);
    return address;
  }

  Result<ListenAddress> listenUnix(const ListenAddress& address) {
    if (isStale(address.path, loop_)) ::unlink(address.path.c_str());
    error_code failure;
    auto acceptor = std::make_shared<Local::acceptor>(loop_);
    acceptor->open(Local(), failure);
    // SAFETY: without the mask other users of the machine could connect, and would be the default tenant.
    mode_t before = ::umask(0177);
    if (!failure) acceptor->bind(Local::endpoint(address.path), failure);
    ::umask(before);
    if (!failure) acceptor->listen(Local::acceptor::max_listen_connections, failure);
    if (failure) return listenError(address, failure);
    paths_.push_back(address.path);
    begin(acceptor);
    return address;
  }

  void drain(std::function<void()> whenIdle) {
    stopListening();
    whenIdle_ = std::move(whenIdle);
    auto open = connections_;
    for (auto& [key, connection] : open) connection->drain();
    checkIdle();
  }

  void closeAll() {
    stopListening();
    auto open = connections_;
    for (auto& [key, connection] : open) connection->close();
  }

  void stopListening() {
    for (auto& close : closers_) close();
    closers_.clear();
    for (const std::string& path : paths_) ::unlink(path.c_str());
    paths_.clear();
  }

  [[nodiscard]] size_t connections() const { return connections_.size(); }

 private:
  template <typename Acceptor>
  void begin(std::shared_ptr<Acceptor> acceptor) {
    closers_.push_back([acceptor] {
      error_code ignored;
      acceptor->close(ignored);
    });
    asio::co_spawn(loop_, acceptAll(shared_from_this(), acceptor), asio::detached);
  }

  template <typename Acceptor>
  static asio::awaitable<void> acceptAll(std::shared_ptr<State> self, std::shared_ptr<Acceptor> acceptor) {
    asio::steady_timer pause(self->loop_);
    while (acceptor->is_open()) {
      typename Acceptor::protocol_type::socket socket(self->loop_);
      error_code failure;
      auto token = asio::redirect_error(asio::use_awaitable, failure);
      co_await acceptor->async_accept(socket, token);
      if (!failure) {
        self->add(std::move(socket));
        continue;
      }
      if (failure == asio::error::operation_aborted) break;
      pause.expires_after(kPauseAfterFailure);
      co_await pause.async_wait(token);
    }
  }

  template <typename Accepted>
  void add(Accepted socket) {
    error_code ignored;
    if (connections_.size() >= most_) {
      Answer busy = Answer::error(
          Error{ErrorCode::kBusy, "there are " + std::to_string(most_) + " connections, and no more are taken"});
      busy.with("Retry-After", "1");
      socket.non_blocking(true, ignored);
      socket.write_some(asio::buffer(answerHead(busy, BodyForm::kWhole, false, false) + busy.body), ignored);
      return;
    }
    Connection::Peer peer = peerOf(socket);
    tune(socket);
    auto connection = std::make_shared<Connection>(Socket(std::move(socket)), peer, limits_, sink_,
                                                   [weak = weak_from_this()](Connection* over) {
                                                     if (auto self = weak.lock()) self->remove(over);
                                                   });
    connections_.emplace(connection.get(), connection);
    connection->start();
  }

  void remove(Connection* connection) {
    connections_.erase(connection);
    checkIdle();
  }

  void checkIdle() {
    if (connections_.empty() && whenIdle_) std::exchange(whenIdle_, nullptr)();
  }

  asio::io_context& loop_;
  RequestSink& sink_;
  const ConnectionLimits& limits_;
  size_t most_;
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
  std::vector<std::function<void()>> closers_;
  std::vector<std::string> paths_;
  std::function<void()> whenIdle_;
};

Server::Server(asio::io_context& loop, RequestSink& sink, const ConnectionLimits& limits, size_t maxConnections)
    : state_(std::make_shared<State>(loop, sink, limits, maxConnections)) {}

Server::~Server() { state_->closeAll(); }

Result<ListenAddress> Server::listen(const ListenAddress& address) {
  return address.isUnix() ? state_->listenUnix(address) : state_->listenTcp(address);
}

void Server::stopListening() { state_->stopListening(); }
void Server::drain(std::function<void()> whenIdle) { state_->drain(std::move(whenIdle)); }
void Server::closeAll() { state_->closeAll(); }
size_t Server::connections() const { return state_->connections(); }

}  // namespace mayfly::api
