// SPDX-License-Identifier: Apache-2.0
#include "api/rpc_endpoint.h"

#include <map>
#include <utility>

#include "api/rpc_message.h"
#include "api/worker_endpoint.h"
#include "base/json_text.h"

namespace mayfly::api {
namespace {

using wire::FrameType;

constexpr std::string_view kSubprotocol = "mayfly.rpc.v1";
constexpr size_t kMaxChannels = 1024;
// While so much waits for the client, nothing more is read of it: a client that does not listen is not answered for
// ever.
constexpr size_t kMaxUnsent = 16U << 20U;
constexpr uint16_t kPolicy = 1008;
constexpr uint16_t kGoingAway = 1001;
// The document of a worker may be larger than a message of a session.
constexpr size_t kMaxRpcMessage = 80U << 20U;

std::string endJson(const Error& error) {
  std::string out;
  const ErrorInfo& info = errorInfo(error.code);
  JsonObject(out).text("code", info.code).text("message", error.message).boolean("retryable", info.retryable);
  return out;
}

}  // namespace

class RpcConnection : public std::enable_shared_from_this<RpcConnection> {
 public:
  RpcConnection(RpcEndpoint& endpoint, const Exchange& exchange, OwnerId owner)
      : endpoint_(endpoint),
        parts_(endpoint.parts_),
        caller_(exchange.caller),
        trace_(exchange.trace),
        owner_(owner),
        hold_(parts_.tenants.tenant(caller_).hold()) {}

  void open(std::shared_ptr<WebSocket> socket) {
    socket_ = std::move(socket);
    socket_->onText = [this](std::string_view text) { onText(text); };
    socket_->onBinary = [this](std::string_view) { close(kPolicy, "messages of RPC are text"); };
    socket_->onWritten = [this] { socket_->setReading(socket_->unsent() < kMaxUnsent); };
    socket_->onClosed = [self = shared_from_this()](uint16_t, const std::string&) { self->onClosed(); };
  }

  void close(uint16_t code, std::string_view reason) {
    if (socket_ != nullptr) socket_->close(code, reason);
  }

 private:
  class Channel;
  friend class Channel;

  void onText(std::string_view text) {
    auto message = parseRpcMessage(text);
    if (!message) return close(kPolicy, message.error().message);
    dispatch(*message);
    if (socket_ != nullptr && socket_->unsent() >= kMaxUnsent) socket_->setReading(false);
  }

  void dispatch(const RpcMessage& message);
  bool openChannel(uint64_t number);
  void onClosed();
  void drop(uint64_t number) { channels_.erase(number); }
  void say(uint64_t channel, std::string_view verb, std::string_view payload = {});

  RpcEndpoint& endpoint_;
  Parts& parts_;
  Caller caller_;
  std::string trace_;
  OwnerId owner_;
  std::shared_ptr<void> hold_;
  std::shared_ptr<WebSocket> socket_;
  std::map<uint64_t, std::shared_ptr<Channel>> channels_;
  uint64_t lastChannel_ = 0;
};

// One session with one worker. Holds itself while the worker has a stream to it.
class RpcConnection::Channel : public StreamListener, public std::enable_shared_from_this<Channel> {
 public:
  Channel(RpcConnection& connection, uint64_t number)
      : connection_(&connection), parts_(connection.parts_), number_(number) {
    account_ = {connection.caller_, "session", "", connection.trace_, 0};
  }

  // ---- of the client ----
  void load(std::string_view document) {
    auto code = parse(document);
    if (!code) return end(endJson(code.error()));
    fresh_ = true;
    make(std::move(code).value());
  }

  void get(std::string_view json) {
    auto get = parseRpcGet(json);
    if (!get) return end(endJson(get.error()));
    wanted_ = *get;
    auto entry = workers().find(wanted_.id, wanted_.hash, connection_->owner_);
    if (entry) return begin(*entry);
    needsCode_ = true;
    connection_->say(number_, "need");
  }

  void code(std::string_view document) {
    if (!needsCode_) return end(endJson({ErrorCode::kUsage, "no code was needed on this channel"}));
    needsCode_ = false;
    auto code = parse(document);
    if (!code) return end(endJson(code.error()));
    make(std::move(code).value());
  }

  void message(std::string_view text) {
    account_.bytesIn += text.size();
    if (worker_ != nullptr) return worker_->send(stream_, FrameType::kText, text);
    early_.emplace_back(text);
    earlyBytes_ += text.size();
    earlyCredit_ -= static_cast<int64_t>(text.size());
    if (earlyCredit_ + static_cast<int64_t>(text.size()) <= 0) {
      end(endJson({ErrorCode::kProtocol, "a message was sent without credit"}));
    }
  }

  void credit(uint32_t bytes) {
    if (worker_ != nullptr) return worker_->send(stream_, FrameType::kCredit, wire::encodeCredit(bytes));
    owedCredit_ = owedCredit_ > UINT32_MAX - bytes ? UINT32_MAX : owedCredit_ + bytes;
  }

  void close() {
    closedByClient_ = true;
    end({});
  }

  // The connection has gone.
  void abandon() {
    connection_ = nullptr;
    ticket_.reset();
    letGo("the client has gone");
  }

  // ---- of the worker ----
  void onText(std::string_view message) override {
    bytesOut_ += message.size();
    if (connection_ != nullptr) connection_->say(number_, "m", message);
  }
  void onCredit(uint32_t bytes) override {
    if (connection_ != nullptr) connection_->say(number_, "credit", std::to_string(bytes));
  }
  void onLog(const wire::LogRecord& log) override {
    if (connection_ != nullptr) connection_->say(number_, "log", logJson(log));
  }
  void onDone(const std::optional<RunError>& error, const Usage& usage) override {
    auto self = std::exchange(self_, nullptr);
    recordEnd(parts_, account_, usage, closedByClient_ ? std::nullopt : error, bytesOut_);
    if (connection_ != nullptr) end(error && !closedByClient_ ? errorJson(*error) : std::string());
  }

 private:
  WorkerTable& workers() { return parts_.tenants.tenant(connection_->caller_).workers(); }

  Result<WorkerCode> parse(std::string_view document) {
    return parseWorkerDocument(document, parts_.defaults, parts_.ceilings, Bindings::kAllowed);
  }

  // A worker costs a place while it starts.
  void make(WorkerCode code) {
    auto kept = std::make_shared<WorkerCode>(std::move(code));
    ticket_ = parts_.tenants.admit(
        connection_->caller_, [self = shared_from_this(), kept](Result<std::unique_ptr<Place>> place) {
          if (self->connection_ == nullptr || self->ended_) return;
          if (!place) return self->end(endJson(place.error()));
          self->place_ = std::move(place).value();
          OwnerId owner = self->fresh_ || kept->isBound() ? self->connection_->owner_ : 0;
          auto entry = self->fresh_ ? self->workers().load(std::move(*kept), owner)
                                    : self->workers().get(self->wanted_.id, std::move(*kept), owner);
          if (!entry) return self->end(endJson(entry.error()));
          self->begin(*entry);
        });
  }

  void begin(const WorkerTable::Entry& entry) {
    entry_ = entry;
    worker_ = entry.worker;
    account_.id = entry.id;
    self_ = shared_from_this();
    stream_ = worker_->session(*this);
    if (owedCredit_ > 0) worker_->send(stream_, FrameType::kCredit, wire::encodeCredit(owedCredit_));
    for (const std::string& message : std::exchange(early_, {})) worker_->send(stream_, FrameType::kText, message);
    worker_->whenStarted([weak = weak_from_this()] {
      auto self = weak.lock();
      if (!self || self->ended_ || self->connection_ == nullptr) return;
      self->place_.reset();
      if (self->worker_ == nullptr || self->worker_->state() != Worker::State::kWarm) return;  // onDone says why
      self->connection_->say(self->number_, "ready", describe(*self->entry_));
    });
  }

  void end(const std::string& errorText) {
    if (std::exchange(ended_, true)) return;
    auto self = shared_from_this();
    RpcConnection* connection = std::exchange(connection_, nullptr);
    ticket_.reset();
    letGo("the session was closed");
    if (connection == nullptr) return;
    connection->say(number_, "end", errorText);
    connection->drop(number_);
  }

  void letGo(std::string_view why) {
    place_.reset();
    early_.clear();
    if (worker_ == nullptr) return;
    auto worker = std::exchange(worker_, nullptr);
    if (self_ != nullptr) worker->reset(stream_, why);
    // Nobody else knows the id of a fresh one.
    if (fresh_ && entry_) static_cast<void>(parts_.tenants.tenant(account_.caller).workers().evict(entry_->id));
  }

  RpcConnection* connection_;  // until either ends
  Parts& parts_;
  uint64_t number_;
  Account account_;
  RpcGet wanted_;
  bool fresh_ = false;
  bool needsCode_ = false;
  bool ended_ = false;
  bool closedByClient_ = false;
  Tenants::Ticket ticket_;
  std::unique_ptr<Place> place_;
  std::optional<WorkerTable::Entry> entry_;
  std::shared_ptr<Worker> worker_;
  Worker::StreamId stream_ = 0;
  std::shared_ptr<Channel> self_;
  std::vector<std::string> early_;  // messages from before there was a worker
  size_t earlyBytes_ = 0;
  int64_t earlyCredit_ = wire::kInitialCredit;
  uint32_t owedCredit_ = 0;
  uint64_t bytesOut_ = 0;
};

void RpcConnection::say(uint64_t channel, std::string_view verb, std::string_view payload) {
  if (socket_ == nullptr) return;
  std::string text = std::to_string(channel);
  text.append(" ").append(verb);
  if (!payload.empty()) text.append(" ").append(payload);
  socket_->sendText(std::move(text));
}

bool RpcConnection::openChannel(uint64_t number) {
  if (number <= lastChannel_) {
    close(kPolicy, "channels are numbers that grow");
    return false;
  }
  lastChannel_ = number;
  if (channels_.size() < kMaxChannels) {
    channels_.emplace(number, std::make_shared<Channel>(*this, number));
    return true;
  }
  say(number, "end",
      endJson({ErrorCode::kLimit, "a connection has at most " + std::to_string(kMaxChannels) + " channels at once"}));
  return false;
}

void RpcConnection::dispatch(const RpcMessage& message) {
  bool opens = message.verb == RpcVerb::kLoad || message.verb == RpcVerb::kGet;
  if (opens && !openChannel(message.channel)) return;
  auto found = channels_.find(message.channel);
  if (found == channels_.end()) {
    // What was sent before the client knew of the end is no mistake.
    if (message.channel > lastChannel_) close(kPolicy, "there is no such channel");
    return;
  }
  auto channel = found->second;
  switch (message.verb) {
    case RpcVerb::kLoad:
      return channel->load(message.payload);
    case RpcVerb::kGet:
      return channel->get(message.payload);
    case RpcVerb::kCode:
      return channel->code(message.payload);
    case RpcVerb::kMessage:
      if (message.payload.size() > wire::kMaxMessage) return close(1009, "a message has at most 8 MiB");
      return channel->message(message.payload);
    case RpcVerb::kCredit:
      return channel->credit(message.credit);
    case RpcVerb::kClose:
      return channel->close();
  }
}

void RpcConnection::onClosed() {
  auto self = shared_from_this();
  auto channels = std::exchange(channels_, {});
  for (auto& [number, channel] : channels) channel->abandon();
  Tenant& tenant = parts_.tenants.tenant(caller_);
  if (tenant.isRunning()) tenant.workers().dropOwner(owner_);
  socket_ = nullptr;
  endpoint_.connections_.erase(self);
}

RpcEndpoint::~RpcEndpoint() = default;

void RpcEndpoint::accept(const std::shared_ptr<Exchange>& exchange) {
  if (!exchange->head.wantsWebSocket) {
    Error error{ErrorCode::kUsage, "/v1/rpc is a WebSocket with the subprotocol mayfly.rpc.v1"};
    Answer answer = Answer::error(error);
    answer.status = 426;
    return exchange->answer(std::move(answer).with("Upgrade", "websocket").with("Connection", "Upgrade"));
  }
  if (!hasToken(exchange->head.header("Sec-WebSocket-Protocol"), kSubprotocol)) {
    return exchange->answer(Error{ErrorCode::kUsage, "the header Sec-WebSocket-Protocol does not name mayfly.rpc.v1"});
  }
  auto connection = std::make_shared<RpcConnection>(*this, *exchange, ++lastOwner_);
  WebSocketOptions options;
  options.subprotocol = kSubprotocol;
  options.maxMessage = kMaxRpcMessage;
  exchange->upgrade(std::move(options), [this, connection](std::shared_ptr<WebSocket> socket) {
    connections_.insert(connection);
    connection->open(std::move(socket));
  });
}

void RpcEndpoint::closeAll() {
  auto all = connections_;
  for (const auto& connection : all) connection->close(kGoingAway, "the daemon is being stopped");
}

}  // namespace mayfly::api
