// SPDX-License-Identifier: Apache-2.0
#include "api/exchange.h"

#include <utility>

namespace mayfly::api {

void Exchange::wake() {
  if (wake_) wake_();
}

void Exchange::decided(uint16_t status) {
  status_ = status;
  if (onAnswered) onAnswered(status);
}

void Exchange::answer(Answer answer) {
  if (state_ != State::kOpen) return;
  state_ = State::kFinished;
  decided(answer.status);
  keepAlive_ = keepAlive_ && head.keepAlive;
  outgoing_ = answerHead(answer, BodyForm::kWhole, keepAlive_, head.method == "HEAD");
  if (head.method != "HEAD") outgoing_ += answer.body;
  wake();
}

void Exchange::begin(Answer first) {
  if (state_ != State::kOpen) return;
  state_ = State::kStreaming;
  decided(first.status);
  bool old = head.oldVersion;  // HTTP/1.0 knows no chunks
  bool bodiless = head.method == "HEAD" || first.status == 204 || first.status == 304;
  form_ = bodiless ? BodyForm::kNone : old ? BodyForm::kUntilClose : BodyForm::kChunked;
  keepAlive_ = keepAlive_ && head.keepAlive && form_ != BodyForm::kUntilClose;
  outgoing_ = answerHead(first, form_, keepAlive_, bodiless);
  wake();
}

void Exchange::write(std::string_view bytes) {
  if (state_ != State::kStreaming || bytes.empty() || form_ == BodyForm::kNone) return;
  if (form_ == BodyForm::kChunked) {
    outgoing_ += chunk(bytes);
  } else {
    outgoing_ += bytes;
  }
  wake();
}

void Exchange::finish() {
  if (state_ != State::kStreaming) return;
  state_ = State::kFinished;
  if (form_ == BodyForm::kChunked) outgoing_ += "0\r\n\r\n";
  wake();
}

void Exchange::abort() {
  aborted_ = true;
  state_ = State::kFinished;
  wake();
}

void Exchange::upgrade(WebSocketOptions options, std::function<void(std::shared_ptr<WebSocket>)> accept) {
  if (state_ != State::kOpen) return;
  state_ = State::kFinished;
  decided(101);
  upgrade_ = std::make_unique<Upgrade>(Upgrade{std::move(options), std::move(accept)});
  wake();
}

void Exchange::wantBody(size_t bytes) {
  bodyWanted_ += bytes;
  wake();
}

std::string Exchange::takeOutgoing() {
  inFlight_ += outgoing_.size();
  return std::exchange(outgoing_, {});
}

void Exchange::sent(size_t bytes) {
  inFlight_ -= bytes;
  if (onWritten) {
    auto callback = onWritten;  // it may end the exchange, and itself
    callback();
  }
}

void Exchange::bodyArrived(std::string_view bytes) {
  bodyWanted_ -= bytes.size();
  if (onBody) onBody(bytes);
}

void Exchange::bodyEnded() {
  if (onBodyEnd) onBodyEnd();
}

void Exchange::clientGone() {
  if (goneTold_) return;
  goneTold_ = true;
  keepAlive_ = false;
  if (auto callback = onGone) callback();
}

void Exchange::disconnect() {
  if (!finished() || aborted_) clientGone();
  wake_ = nullptr;
  onGone = nullptr;
  onWritten = nullptr;
  onBody = nullptr;
  onBodyEnd = nullptr;
  state_ = State::kFinished;
  outgoing_.clear();
}

}  // namespace mayfly::api
