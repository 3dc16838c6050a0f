// SPDX-License-Identifier: Apache-2.0
#include "guest/daemon_channel.h"

#include <poll.h>
#include <unistd.h>

#include "base/syscall.h"
#include "guest/memory_budget.h"

namespace mayfly::guest {
namespace {

constexpr int kExitDaemonGone = 85;

}  // namespace

DaemonChannel::DaemonChannel(int fd) : fd_(fd), reader_(wire::kMaxJobPayload) {}

void DaemonChannel::send(wire::FrameType type, std::string_view payload, uint64_t stream) {
  std::string bytes = wire::encodeFrame(type, payload, stream);
  if (fd_ < 0) return;
  for (size_t sent = 0; sent < bytes.size();) {
    ssize_t count = retryEintr([&] { return ::write(fd_, bytes.data() + sent, bytes.size() - sent); });
    if (count <= 0) ::_exit(kExitDaemonGone);
    sent += static_cast<size_t>(count);
  }
}

void DaemonChannel::awaitEnd() {
  char ignored = 0;
  retryEintr([&] { return ::read(fd_, &ignored, 1); });
  ::_exit(0);
}

void DaemonChannel::fill() {
  std::span<char> room = reader_.room();
  ssize_t count = retryEintr([&] { return ::read(fd_, room.data(), room.size()); });
  if (count <= 0) ::_exit(kExitDaemonGone);
  reader_.commit(static_cast<size_t>(count));
}

std::optional<wire::Frame> DaemonChannel::take() {
  auto frame = reader_.next();
  if (!frame) ::_exit(kExitFatal);
  return *frame;
}

wire::Job DaemonChannel::receiveJob() {
  for (;;) {
    if (std::optional<wire::Frame> frame = take()) {
      if (frame->header.type != static_cast<uint16_t>(wire::FrameType::kJob)) ::_exit(kExitFatal);
      auto job = wire::decodeJob(frame->payload);
      if (!job) ::_exit(kExitFatal);
      return std::move(job).value();
    }
    fill();
  }
}

std::optional<wire::Frame> DaemonChannel::next(int milliseconds) {
  if (std::optional<wire::Frame> frame = take()) return frame;
  if (isNowhere()) return std::nullopt;
  pollfd socket{fd_, POLLIN, 0};
  if (::poll(&socket, 1, milliseconds) <= 0) return std::nullopt;
  fill();
  return take();
}

void DaemonChannel::sleep(int milliseconds) {
  if (isNowhere()) return;
  pollfd socket{fd_, POLLIN, 0};
  int count = ::poll(&socket, 1, milliseconds);
  // Nothing but the end of the daemon can be readable: a job has come already.
  if (count > 0) ::_exit(kExitDaemonGone);
}

}  // namespace mayfly::guest
