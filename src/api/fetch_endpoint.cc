// SPDX-License-Identifier: Apache-2.0
#include "api/fetch_endpoint.h"

#include <algorithm>
#include <array>
#include <utility>

#include "api/worker_endpoint.h"
#include "base/json_text.h"
#include "scheduler/json_check.h"

namespace mayfly::api {
namespace {

using wire::FrameType;

// RFC 9110, 7.6.1, and what is between the client and the daemon.
constexpr std::array<std::string_view, 16> kOurs = {
    "Connection",          "Keep-Alive",   "Proxy-Connection", "Proxy-Authenticate",
    "Proxy-Authorization", "TE",           "Trailer",          "Upgrade",
    "Transfer-Encoding",   "Expect",       "Authorization",    "X-API-Key",
    "Mayfly-Entrypoint",   "Mayfly-Props", "Idempotency-Key",  "Sec-WebSocket-Key"};
constexpr std::array<std::string_view, 11> kNotOfAnAnswer = {
    "Connection", "Keep-Alive",        "Proxy-Connection", "Proxy-Authenticate",   "TE",          "Trailer",
    "Upgrade",    "Transfer-Encoding", "Content-Length",   "Sec-WebSocket-Accept", "Mayfly-Error"};

constexpr std::string_view kPageSandbox = "sandbox allow-scripts allow-forms allow-popups allow-modals allow-downloads";

template <size_t kCount>
bool isAmong(std::string_view name, const std::array<std::string_view, kCount>& names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view each) { return equalsIgnoringCase(each, name); });
}

// One exchange with a worker. Holds itself until the stream is over.
class ActiveFetch : public StreamListener, public std::enable_shared_from_this<ActiveFetch> {
 public:
  ActiveFetch(Parts& parts, std::shared_ptr<Exchange> exchange, std::shared_ptr<Place> place,
              std::shared_ptr<Worker> worker, bool sandbox)
      : parts_(parts),
        exchange_(std::move(exchange)),
        place_(std::move(place)),
        worker_(std::move(worker)),
        account_{exchange_->caller, "fetch", exchange_->route.id, exchange_->trace, 0},
        sandbox_(sandbox) {}

  void start(const wire::FetchRequest& request) {
    self_ = shared_from_this();
    exchange_->onGone = [this] { gone(); };
    exchange_->onWritten = [this] { giveCredit(); };
    exchange_->onBody = [this](std::string_view bytes) {
      account_.bytesIn += bytes.size();
      worker_->send(stream_, FrameType::kChunk, bytes);
    };
    exchange_->onBodyEnd = [this] { worker_->send(stream_, FrameType::kEnd, {}); };
    stream_ = worker_->fetch(request, loweredTo(worker_->code().program.limits, parts_.ceilings), *this);
    if (request.hasBody) exchange_->wantBody(wire::kInitialCredit);
  }

  // ---- of the worker ----
  void onHead(const wire::ResponseHead& head) override {
    if (head.webSocket) return upgrade(head);
    Answer answer = fetchAnswer(head);
    if (sandbox_) answer.with("Content-Security-Policy", std::string(kPageSandbox));
    exchange_->begin(std::move(answer));
  }
  void onChunk(std::string_view bytes) override {
    bytesOut_ += bytes.size();
    owedCredit_ += bytes.size();
    exchange_->write(bytes);
    if (exchange_->unsent() == 0) giveCredit();  // HEAD: nobody takes it
  }
  void onCredit(uint32_t bytes) override {
    credit_ += bytes;
    if (socket_ == nullptr) return exchange_->wantBody(bytes);
    if (credit_ > 0) socket_->setReading(true);
  }
  void onText(std::string_view message) override { toSocket(message, true); }
  void onBinary(std::string_view message) override { toSocket(message, false); }
  void onClose(const wire::Close& close) override {
    if (socket_ != nullptr) socket_->close(isSendable(close.code) ? close.code : uint16_t{1000}, close.reason);
  }
  void onDone(const std::optional<RunError>& error, const Usage& usage) override {
    auto self = std::exchange(self_, nullptr);
    recordEnd(parts_, account_, usage, error, bytesOut_);
    place_->used(usage);
    place_.reset();
    if (socket_ != nullptr) return endSocket(error);
    // The end of the answer says that all of it is stored.
    parts_.ledger.whenStored([self, error](const Result<void>& stored) { self->finish(error, stored); });
  }

 private:
  void finish(const std::optional<RunError>& error, const Result<void>& stored) {
    if (!error && stored) return exchange_->finish();
    if (exchange_->answered()) return exchange_->abort();
    if (!error) return exchange_->answer(stored.error());
    const ErrorInfo& info = errorInfo(error->code);
    Answer answer = Answer::json("{\"error\":" + errorJson(*error) + "}", 500);
    if (isOurFault(error)) answer.status = static_cast<uint16_t>(info.http);
    exchange_->answer(std::move(answer).with("Mayfly-Error", std::string(info.code)));
  }

  void gone() {
    if (self_ != nullptr && socket_ == nullptr && !upgrading_) worker_->reset(stream_, "the client has gone");
  }

  void giveCredit() {
    if (owedCredit_ == 0 || self_ == nullptr) return;
    auto bytes = static_cast<uint32_t>(std::exchange(owedCredit_, 0));
    worker_->send(stream_, FrameType::kCredit, wire::encodeCredit(bytes));
  }

  // ---- WebSocket ----
  static bool isSendable(uint16_t code) { return code >= 1000 && code < 5000 && (code < 1004 || code > 1006); }

  void upgrade(const wire::ResponseHead& head) {
    if (!exchange_->head.wantsWebSocket) return worker_->reset(stream_, "the client asked for no WebSocket");
    WebSocketOptions options;
    for (const wire::Header& header : head.headers) {
      bool ours = isAmong(header.name, kNotOfAnAnswer) || !isHeaderName(header.name) || !isHeaderValue(header.value);
      if (equalsIgnoringCase(header.name, "Sec-WebSocket-Protocol")) {
        options.subprotocol = header.value;
      } else if (!ours) {
        options.headers.push_back({header.name, header.value});
      }
    }
    upgrading_ = true;
    exchange_->upgrade(std::move(options), [self = shared_from_this()](std::shared_ptr<WebSocket> socket) {
      self->onSocket(std::move(socket));
    });
  }

  void onSocket(std::shared_ptr<WebSocket> socket) {
    if (self_ == nullptr) return socket->close(1001, "the worker has ended");
    socket_ = std::move(socket);
    socket_->onText = [this](std::string_view text) { toWorker(FrameType::kText, text); };
    socket_->onBinary = [this](std::string_view bytes) { toWorker(FrameType::kBinary, bytes); };
    socket_->onWritten = [this] { giveCredit(); };
    socket_->onClosed = [self = shared_from_this()](uint16_t code, std::string reason) {
      wire::Close close{code, std::move(reason)};
      if (self->self_ == nullptr) return;
      self->worker_->send(self->stream_, FrameType::kClose, wire::encodeClose(close));
      self->worker_->reset(self->stream_, "the client has gone");
    };
    for (auto& [text, message] : std::exchange(early_, {})) toSocket(message, text);
  }

  void toSocket(std::string_view message, bool text) {
    if (socket_ == nullptr) return early_.emplace_back(text, std::string(message)), void();
    bytesOut_ += message.size();
    owedCredit_ += message.size();
    if (text) {
      socket_->sendText(std::string(message));
    } else {
      socket_->sendBinary(std::string(message));
    }
  }

  void toWorker(FrameType type, std::string_view message) {
    account_.bytesIn += message.size();
    credit_ -= static_cast<int64_t>(message.size());
    if (credit_ <= 0) socket_->setReading(false);
    worker_->send(stream_, type, message);
  }

  void endSocket(const std::optional<RunError>& error) {
    if (error) {
      socket_->close(1011, std::string(errorInfo(error->code).code));
    } else {
      socket_->close(1000, "");
    }
    socket_ = nullptr;
  }

  Parts& parts_;
  std::shared_ptr<Exchange> exchange_;
  std::shared_ptr<Place> place_;
  std::shared_ptr<Worker> worker_;
  Account account_;
  bool sandbox_;
  Worker::StreamId stream_ = 0;
  std::shared_ptr<ActiveFetch> self_;  // until onDone
  std::shared_ptr<WebSocket> socket_;
  std::vector<std::pair<bool, std::string>> early_;  // messages from before the handshake was over
  bool upgrading_ = false;
  size_t owedCredit_ = 0;  // what the client has not taken yet
  int64_t credit_ = wire::kInitialCredit;
  uint64_t bytesOut_ = 0;
};

}  // namespace

Result<wire::FetchRequest> fetchRequest(const RequestHead& head, const std::string& path) {
  wire::FetchRequest request;
  request.entrypoint = head.header("Mayfly-Entrypoint");
  request.propsJson = head.header("Mayfly-Props");
  if (request.entrypoint.size() > wire::kMaxNameBytes) {
    return Error{ErrorCode::kUsage, "the header Mayfly-Entrypoint has more than 1024 bytes"};
  }
  if (!request.propsJson.empty() && !checkJson(request.propsJson)) {
    return Error{ErrorCode::kUsage, "the header Mayfly-Props is not JSON"};
  }
  request.method = head.method;
  std::string_view host = head.header("Host");
  request.url = "http://" + std::string(host.empty() ? "localhost" : host) + path;
  for (const HttpHeader& header : head.headers) {
    bool listed = hasToken(head.header("Connection"), header.name);
    if (!listed && !isAmong(header.name, kOurs)) request.headers.push_back({header.name, header.value});
  }
  request.hasBody = head.hasBody;
  request.webSocket = head.wantsWebSocket;
  // The handler may want to see what it is asked for.
  if (request.webSocket) request.headers.push_back({"Upgrade", "websocket"});
  request.startMillis = wallClockMillis();
  return request;
}

Answer fetchAnswer(const wire::ResponseHead& head) {
  Answer answer;
  answer.status = head.status < 200 || head.status > 999 ? uint16_t{502} : head.status;
  answer.reason = head.statusText;
  for (const wire::Header& header : head.headers) {
    if (!isAmong(header.name, kNotOfAnAnswer)) answer.headers.push_back({header.name, header.value});
  }
  return answer;
}

void FetchEndpoint::fetch(const std::shared_ptr<Exchange>& exchange) {
  auto request = fetchRequest(exchange->head, exchange->route.rest);
  if (!request) return exchange->answer(request.error());
  // A page that a worker made is of the daemon's own origin for a browser; without keys it could ask the daemon for
  // anything. In a sandbox its origin is nobody's.
  auto keys = parts_.ledger.hasKeys();
  bool sandbox = !keys || !*keys;
  admitted(parts_, exchange, [this, exchange, sandbox, request = std::move(*request)](std::shared_ptr<Place> place) {
    auto entry = place->tenant().workers().find(exchange->route.id, "", 0);
    if (!entry) return exchange->answer(entry.error());
    std::make_shared<ActiveFetch>(parts_, exchange, std::move(place), entry->worker, sandbox)->start(request);
  });
}

}  // namespace mayfly::api
