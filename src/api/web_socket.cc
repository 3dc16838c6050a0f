// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <utility>

#include "api/connection.h"

namespace mayfly::api {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using beast::error_code;

// Beast's stream behind our interface. Operations keep it alive; `open_` ends with the first failure.
class BeastWebSocket : public WebSocket, public std::enable_shared_from_this<BeastWebSocket> {
 public:
  BeastWebSocket(Socket socket, WebSocketOptions options)
      : stream_(std::move(socket)), options_(std::move(options)), buffer_(options_.maxMessage + 4096) {
    stream_.read_message_max(options_.maxMessage);
    websocket::stream_base::timeout times{};
    times.handshake_timeout = std::chrono::seconds(10);
    times.idle_timeout = options_.idle;
    times.keep_alive_pings = true;
    stream_.set_option(times);
  }

  void accept(const RequestHead& head, std::function<void(std::shared_ptr<WebSocket>)> accepted) {
    http::request<http::empty_body> request(http::verb::get, head.target, 11);
    for (const HttpHeader& header : head.headers) request.insert(header.name, header.value);
    stream_.set_option(websocket::stream_base::decorator([this](websocket::response_type& response) {
      response.erase(http::field::server);
      for (const HttpHeader& header : options_.headers) response.insert(header.name, header.value);
      if (!options_.subprotocol.empty()) response.set(http::field::sec_websocket_protocol, options_.subprotocol);
    }));
    auto self = shared_from_this();
    stream_.async_accept(request, [self, accepted = std::move(accepted)](error_code failure) {
      self->open_ = !failure;
      accepted(self);
      if (failure) return self->over(1006, failure.message());
      self->read();
    });
  }

  void sendText(std::string text) override { send(true, std::move(text)); }
  void sendBinary(std::string bytes) override { send(false, std::move(bytes)); }
  [[nodiscard]] size_t unsent() const override { return unsent_; }

  void close(uint16_t code, std::string_view reason) override {
    if (!open_ || closing_) return;
    closing_ = true;
    code_ = code;
    reason_ = reason.substr(0, 123);
    if (!writing_) sayGoodbye();
  }

  void setReading(bool reading) override {
    bool before = std::exchange(wantsReading_, reading);
    if (reading && !before) read();
  }

 private:
  void send(bool text, std::string bytes) {
    if (!open_ || closing_) return;
    unsent_ += bytes.size();
    queue_.push_back({text, std::move(bytes)});
    write();
  }

  void write() {
    if (writing_ || !open_) return;
    if (queue_.empty()) {
      if (closing_) sayGoodbye();
      return;
    }
    writing_ = true;
    current_ = std::move(queue_.front());
    queue_.pop_front();
    stream_.text(current_.text);
    stream_.async_write(boost::asio::buffer(current_.bytes),
                        [self = shared_from_this()](error_code failure, size_t) { self->onSent(failure); });
  }

  void onSent(error_code failure) {
    writing_ = false;
    unsent_ -= current_.bytes.size();
    current_.bytes.clear();
    if (failure) return over(1006, failure.message());
    write();
    if (auto callback = onWritten) callback();
  }

  void read() {
    if (reading_ || !open_ || !wantsReading_) return;
    reading_ = true;
    stream_.async_read(buffer_, [self = shared_from_this()](error_code failure, size_t) { self->onRead(failure); });
  }

  void onRead(error_code failure) {
    if (failure == websocket::error::closed) {
      const auto& reason = stream_.reason();
      auto code = static_cast<uint16_t>(reason.code);
      return over(code == 0 ? 1005 : code, std::string(reason.reason.data(), reason.reason.size()));
    }
    if (failure) return over(1006, failure.message());
    std::string_view message(static_cast<const char*>(buffer_.data().data()), buffer_.size());
    auto& callback = stream_.got_text() ? onText : onBinary;
    if (!closing_ && callback) callback(message);
    buffer_.consume(buffer_.size());
    if (buffer_.capacity() > kKeptBuffer) buffer_.shrink_to_fit();
    reading_ = false;
    read();
  }

  void sayGoodbye() {
    if (saidGoodbye_ || !open_) return;
    saidGoodbye_ = true;
    websocket::close_reason reason(static_cast<websocket::close_code>(code_), reason_);
    stream_.async_close(reason, [self = shared_from_this()](error_code) { self->over(self->code_, self->reason_); });
  }

  void over(uint16_t code, std::string reason) {
    if (std::exchange(over_, true)) return;
    open_ = false;
    queue_.clear();
    error_code ignored;
    stream_.next_layer().close(ignored);
    auto callback = std::move(onClosed);
    onText = nullptr;
    onBinary = nullptr;
    onWritten = nullptr;
    onClosed = nullptr;
    if (callback) callback(code, std::move(reason));
  }

  static constexpr size_t kKeptBuffer = 64U << 10U;
  struct Message {
    bool text = true;
    std::string bytes;
  };

  websocket::stream<Socket> stream_;
  WebSocketOptions options_;
  beast::flat_buffer buffer_;
  std::deque<Message> queue_;
  Message current_;
  size_t unsent_ = 0;
  uint16_t code_ = 1000;
  std::string reason_;
  bool open_ = false;
  bool over_ = false;
  bool reading_ = false;
  bool wantsReading_ = true;
  bool writing_ = false;
  bool closing_ = false;
  bool saidGoodbye_ = false;
};

}  // namespace

void acceptWebSocket(Socket socket, const RequestHead& head, std::unique_ptr<Exchange::Upgrade> upgrade) {
  auto peer = std::make_shared<BeastWebSocket>(std::move(socket), std::move(upgrade->options));
  peer->accept(head, std::move(upgrade->accept));
}

}  // namespace mayfly::api
