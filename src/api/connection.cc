// SPDX-License-Identifier: Apache-2.0
#include "api/connection.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace mayfly::api {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// Of what a client sends ahead so much is taken: the next request, to notice its going.
constexpr size_t kMaxAhead = 64U << 10U;
constexpr size_t kReadSize = 64U << 10U;
// A body in pieces is handed on in these.
constexpr size_t kPiece = 64U << 10U;
// How long the rest of a refused request is read and thrown away, so that its answer is not lost to a reset.
constexpr std::chrono::seconds kLinger{2};
constexpr size_t kMaxLinger = 1U << 20U;
// A client has gone and the endpoint does not answer any more.
constexpr std::chrono::seconds kAfterGone{30};

}  // namespace

Connection::Connection(Socket socket, Peer peer, const ConnectionLimits& limits, RequestSink& sink,
                       std::function<void(Connection*)> onOver)
    : socket_(std::move(socket)),
      peer_(peer),
      limits_(limits),
      sink_(sink),
      onOver_(std::move(onOver)),
      wake_(socket_.get_executor()),
      reader_(limits.http) {}

Connection::~Connection() {
  if (exchange_) exchange_->setWake(nullptr);
}

void Connection::start() {
  error_code ignored;
  socket_.non_blocking(true, ignored);
  asio::co_spawn(socket_.get_executor(), [self = shared_from_this()] { return self->run(); }, asio::detached);
}

void Connection::drain() {
  draining_ = true;
  if (exchange_) exchange_->endKeepAlive();
  wake();
}

void Connection::close() {
  broken_ = true;
  error_code ignored;
  socket_.close(ignored);
  wake();
}

void Connection::wake() { wake_.cancel(); }

Connection::Task Connection::pause(MonotonicTime deadline) {
  wake_.expires_at(deadline);
  error_code ignored;
  auto token = asio::redirect_error(asio::use_awaitable, ignored);
  co_await wake_.async_wait(token);
}

// ---- bytes ----

void Connection::startReading() {
  if (readPending_ || ended_ || broken_) return;
  readPending_ = true;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](error_code failure) {
    self->readPending_ = false;
    if (failure) {
      self->ended_ = self->broken_ = true;
    } else {
      self->onReadable();
    }
    self->wake();
  });
}

void Connection::onReadable() {
  if (broken_) return;
  size_t had = in_.size();
  in_.resize(had + kReadSize);
  error_code failure;
  size_t count = socket_.read_some(asio::buffer(in_.data() + had, kReadSize), failure);
  in_.resize(had + count);
  if (!failure || failure == asio::error::would_block) return;
  ended_ = true;
  if (failure != asio::error::eof) broken_ = true;
}

bool Connection::startSending(std::string bytes) {
  if (broken_) return false;
  sending_ = std::move(bytes);
  // Most answers fit into the socket's buffer.
  error_code failure;
  size_t done = socket_.write_some(asio::buffer(sending_), failure);
  if (failure && failure != asio::error::would_block) {
    broken_ = true;
    return false;
  }
  sentBytes_ = sending_.size();
  if (done == sending_.size()) return true;
  sendPending_ = true;
  auto rest = asio::buffer(sending_.data() + done, sending_.size() - done);
  asio::async_write(socket_, rest, [self = shared_from_this()](error_code problem, size_t) {
    self->sendPending_ = false;
    if (problem) self->broken_ = true;
    self->wake();
  });
  return true;
}

asio::awaitable<bool> Connection::sendNow(std::string bytes) {
  MonotonicTime deadline = monotonicNow() + limits_.sendTime;
  startSending(std::move(bytes));
  while (sendPending_ && !broken_ && monotonicNow() < deadline) co_await pause(deadline);
  sentBytes_ = 0;
  co_return !sendPending_ && !broken_;
}

// ---- one request after another ----

Connection::Task Connection::run() {
  Next next = Next::kAnotherRequest;
  while (next == Next::kAnotherRequest) next = co_await serveOne();
  if (next == Next::kLinger && !broken_) co_await linger();
  if (exchange_) exchange_->disconnect();
  exchange_ = nullptr;
  if (!upgraded_) close();
  onOver_(this);
}

Answer Connection::refusal(const Error& error) {
  sink_.refused(error);
  return Answer::error(error);
}

asio::awaitable<Connection::Next> Connection::serveOne() {
  std::optional<RequestHead> head;
  bool whole = co_await readHead(head);
  if (!whole) co_return Next::kLinger;
  if (!head) co_return Next::kClose;
  exchange_ = std::make_shared<Exchange>();
  exchange_->head = std::move(*head);
  exchange_->local = peer_.local;
  exchange_->overTcp = peer_.overTcp;
  exchange_->begun = monotonicNow();
  if (draining_) exchange_->endKeepAlive();
  exchange_->setWake([this] { wake(); });
  BodyUse use = sink_.accept(exchange_);
  if (!exchange_->answered() && use == BodyUse::kWhole) {
    bool read = co_await readWholeBody(*exchange_);
    if (!read) exchange_->endKeepAlive();
  } else if (use != BodyUse::kPieces && exchange_->head.hasBody) {
    exchange_->endKeepAlive();  // nobody reads it, so nobody knows where the next request begins
  }
  if (!exchange_->answered()) sink_.start(exchange_);
  Next next = co_await converse(exchange_, use == BodyUse::kPieces);
  exchange_->disconnect();
  exchange_ = nullptr;
  co_return next;
}

// False: it has been refused. True without a head: there is none.
asio::awaitable<bool> Connection::readHead(std::optional<RequestHead>& head) {
  bool begun = false;
  MonotonicTime deadline = monotonicNow() + (first_ ? limits_.headTime : limits_.idle);
  first_ = false;
  while (!broken_) {
    auto read = reader_.head(in_);
    if (!read) {
      Answer answer = refusal(read.error());
      co_await sendNow(answerHead(answer, BodyForm::kWhole, false, false) + answer.body);
      co_return false;
    }
    head = std::move(read).value();
    if (head) break;
    if (!begun && !in_.empty()) {
      begun = true;
      deadline = monotonicNow() + limits_.headTime;
    }
    if (ended_ || (draining_ && !begun)) break;
    if (monotonicNow() >= deadline) {
      if (!begun) break;
      Answer answer = refusal(Error{ErrorCode::kTooSlow, "the head of the request did not arrive in " +
                                                             std::to_string(limits_.headTime.count()) + " ms"});
      co_await sendNow(answerHead(answer, BodyForm::kWhole, false, false) + answer.body);
      co_return false;
    }
    startReading();
    co_await pause(deadline);
  }
  co_return true;
}

asio::awaitable<bool> Connection::readWholeBody(Exchange& exchange) {
  const RequestHead& head = exchange.head;
  std::optional<Error> failure;
  auto tooLarge = [this] {
    return Error{ErrorCode::kTooLarge, "the body has more than " + std::to_string(limits_.maxBodyBytes) + " bytes"};
  };
  if (head.contentLength && *head.contentLength > limits_.maxBodyBytes) failure = tooLarge();
  if (!failure && head.hasBody && head.expectsContinue) co_await sendNow("HTTP/1.1 100 Continue\r\n\r\n");
  MonotonicTime deadline = monotonicNow() + limits_.bodyTime;
  while (!failure && head.hasBody) {
    auto read = reader_.body(in_, exchange.body, limits_.maxBodyBytes + 1 - exchange.body.size());
    if (!read) failure = read.error();
    if (exchange.body.size() > limits_.maxBodyBytes) failure = tooLarge();
    if (failure || reader_.bodyDone()) break;
    if (ended_ || broken_) failure = Error{ErrorCode::kUsage, "the body ends before its end"};
    if (monotonicNow() >= deadline) {
      failure =
          Error{ErrorCode::kTooSlow, "the body did not arrive in " + std::to_string(limits_.bodyTime.count()) + " ms"};
    }
    if (failure) break;
    startReading();
    co_await pause(deadline);
  }
  if (!failure) co_return true;
  exchange.endKeepAlive();
  exchange.answer(refusal(*failure));
  co_return false;
}

// Hands on what there is of a body in pieces. Whether more can come.
bool Connection::feedBody(Exchange& exchange, Error& failure) {
  while (!reader_.bodyDone() && exchange.bodyWanted() > 0) {
    piece_.clear();
    auto read = reader_.body(in_, piece_, std::min(exchange.bodyWanted(), kPiece));
    if (!read) {
      failure = read.error();
      return false;
    }
    if (!piece_.empty()) exchange.bodyArrived(piece_);
    if (reader_.bodyDone()) exchange.bodyEnded();
    if (piece_.empty()) break;
  }
  return true;
}

asio::awaitable<Connection::Next> Connection::converse(std::shared_ptr<Exchange> exchange, bool pieces) {
  MonotonicTime sendDeadline = MonotonicTime::max();
  MonotonicTime goneDeadline = MonotonicTime::max();
  if (pieces && exchange->head.hasBody && exchange->head.expectsContinue) {
    co_await sendNow("HTTP/1.1 100 Continue\r\n\r\n");
  }
  while (true) {
    if (!sendPending_ && sentBytes_ > 0) {
      sendDeadline = MonotonicTime::max();
      exchange->sent(std::exchange(sentBytes_, 0));
    }
    if (auto upgrade = exchange->takeUpgrade()) {
      upgraded_ = true;
      // Who sends frames before the answer is no WebSocket client (RFC 6455, 4.1).
      if (in_.empty() && !broken_) {
        acceptWebSocket(std::move(socket_), exchange->head, std::move(upgrade));
      } else {
        exchange->clientGone();
        close();
      }
      co_return Next::kClose;
    }
    if (broken_ || exchange->aborted()) co_return Next::kClose;
    if (!sendPending_) {
      std::string bytes = exchange->takeOutgoing();
      if (!bytes.empty()) {
        sendDeadline = monotonicNow() + limits_.sendTime;
        startSending(std::move(bytes));
        continue;
      }
      if (exchange->finished()) break;
    }
    Error failure;
    if (pieces && !feedBody(*exchange, failure)) {
      exchange->endKeepAlive();
      exchange->clientGone();
      exchange->answer(refusal(failure));
      pieces = false;
    }
    if (ended_ && goneDeadline == MonotonicTime::max()) {
      exchange->clientGone();
      goneDeadline = monotonicNow() + kAfterGone;
      continue;
    }
    if (monotonicNow() >= std::min(sendDeadline, goneDeadline)) co_return Next::kClose;
    bool bodyWaits = pieces && !reader_.bodyDone();
    if (bodyWaits ? exchange->bodyWanted() > 0 : in_.size() < kMaxAhead) startReading();
    co_await pause(std::min(sendDeadline, goneDeadline));
  }
  if (pieces && !reader_.bodyDone()) co_return Next::kLinger;
  if (ended_ && in_.empty()) co_return Next::kClose;
  co_return exchange->keepsAlive() ? Next::kAnotherRequest : Next::kLinger;
}

// Closing at once, with bytes of the client unread, would reset the connection and lose the answer.
Connection::Task Connection::linger() {
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  MonotonicTime deadline = monotonicNow() + kLinger;
  size_t thrownAway = 0;
  while (!ended_ && !broken_ && thrownAway < kMaxLinger && monotonicNow() < deadline) {
    thrownAway += in_.size();
    in_.clear();
    startReading();
    co_await pause(deadline);
  }
}

}  // namespace mayfly::api
