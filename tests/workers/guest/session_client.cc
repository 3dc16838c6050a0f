// SPDX-License-Identifier: Apache-2.0
#include "session_client.h"

#include <sys/socket.h>
#include <unistd.h>

#include "base/syscall.h"

namespace mayfly::workers {

SessionClient::SessionClient(abuse::Sandbox& sandbox, WorkerGuest& worker, uint64_t stream, const std::string& name)
    : sandbox_(sandbox), worker_(worker), stream_(stream) {
  int ends[2] = {-1, -1};
  MAYFLY_CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  socket_ = UniqueFd(ends[0]);
  UniqueFd theirs(ends[1]);
  constexpr int kSessionFd = 3;
  const std::string root = MAYFLY_TEST_SOURCE_DIR;
  SpawnOptions options;
  options.program = MAYFLY_TEST_V8_ROOT "/bin/node";
  options.arguments = {"--import", root + "/rpc/register.mjs", root + "/tests/workers/guest/sessions.mjs", name};
  options.descriptors = {{.fd = theirs.get(), .target = kSessionFd}, {.fd = 2, .target = 2}};
  auto node = ChildProcess::spawn(options);
  MAYFLY_CHECK(node.ok());
  node_.emplace(std::move(node).value());
  worker_.onStreamFrame = [this](const wire::Frame& frame) { onFrame(frame); };
  MAYFLY_CHECK(sandbox_.loop().watch(socket_.get(), EPOLLIN, [this](uint32_t) { onSocket(); }).ok());
}

SessionClient::~SessionClient() { end(); }

void SessionClient::end() {
  if (over_) return;
  over_ = true;
  worker_.onStreamFrame = {};
  sandbox_.loop().unwatch(socket_.get());
  node_->kill(SIGKILL);
  node_->wait();
}

int SessionClient::finish() {
  bool ended = false;
  MAYFLY_CHECK(sandbox_.loop().watch(node_->pidfd(), EPOLLIN, [&](uint32_t) { ended = true; }).ok());
  bool inTime = sandbox_.turnUntil([&] { return ended; }, std::chrono::seconds(30));
  sandbox_.loop().unwatch(node_->pidfd());
  if (!inTime) node_->kill(SIGKILL);
  ExitStatus status = node_->wait();
  over_ = true;
  worker_.onStreamFrame = {};
  sandbox_.loop().unwatch(socket_.get());
  return status.signalled ? -status.value : status.value;
}

void SessionClient::onSocket() {
  char buffer[65536];
  ssize_t count = ::recv(socket_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
  if (count <= 0) {
    if (count == 0) sandbox_.loop().rewatch(socket_.get(), 0);
    return;
  }
  unread_.append(buffer, static_cast<size_t>(count));
  for (size_t end = unread_.find('\n'); end != std::string::npos; end = unread_.find('\n')) {
    waiting_.push_back(unread_.substr(0, end));
    unread_.erase(0, end + 1);
  }
  toWorker();
}

void SessionClient::toWorker() {
  while (!waiting_.empty() && credit_ > 0) {
    const std::string& text = waiting_.front();
    if (text == "close") {
      worker_.send(wire::FrameType::kClose, wire::encodeClose({}), stream_);
    } else {
      worker_.send(wire::FrameType::kText, text, stream_);
      credit_ -= static_cast<int64_t>(text.size());
    }
    waiting_.pop_front();
  }
}

void SessionClient::onFrame(const wire::Frame& frame) {
  if (frame.header.stream != stream_) return;
  if (frame.header.type == static_cast<uint16_t>(wire::FrameType::kCredit)) {
    credit_ += wire::decodeCredit(frame.payload).value();
    toWorker();
  }
  if (frame.header.type != static_cast<uint16_t>(wire::FrameType::kText)) return;
  std::string line = std::string(frame.payload) + "\n";
  for (size_t sent = 0; sent < line.size();) {
    ssize_t count = retryEintr([&] { return ::write(socket_.get(), line.data() + sent, line.size() - sent); });
    if (count <= 0) return;
    sent += static_cast<size_t>(count);
  }
  worker_.send(wire::FrameType::kCredit, wire::encodeCredit(static_cast<uint32_t>(frame.payload.size())), stream_);
}

}  // namespace mayfly::workers
