// SPDX-License-Identifier: Apache-2.0
#pragma once

// A guest's one way out: the socket to the daemon. Writes block (the daemon's pace is the guest's pace), so what was
// written before a kill is delivered. When the daemon has gone, or does not keep to the protocol, the process ends.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/frame.h"
#include "wire/guest_protocol.h"

namespace mayfly::guest {

class DaemonChannel {
 public:
  // -1: a channel that leads nowhere, for the warm-up.
  explicit DaemonChannel(int fd);

  void send(wire::FrameType type, std::string_view payload, uint64_t stream = 0);

  // Blocks until the one job of this process has arrived.
  wire::Job receiveJob();

  // The next frame, when one has arrived whole; waits at most so long for its bytes (milliseconds; -1: for ever). It is
  // valid until the next call.
  std::optional<wire::Frame> next(int milliseconds);
  [[nodiscard]] size_t buffered() const { return reader_.buffered(); }

  // Sleeps until this process is killed. When the daemon goes, or says anything more, the process ends by itself.
  [[noreturn]] void awaitEnd();

  [[nodiscard]] bool isNowhere() const { return fd_ < 0; }

  // Sleeps until the time is over (milliseconds; -1: for ever). On the way to nowhere no time passes.
  void sleep(int milliseconds);

 private:
  void fill();
  std::optional<wire::Frame> take();

  int fd_;
  wire::FrameReader reader_;
};

}  // namespace mayfly::guest
