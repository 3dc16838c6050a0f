// SPDX-License-Identifier: Apache-2.0
#pragma once

// A guest's one way out: the socket to the daemon. Writes block (the daemon's pace is the guest's pace), so what was
// written before a kill is delivered. When the daemon has gone the process ends.

#include <cstdint>
#include <string>
#include <string_view>

#include "wire/frame.h"
#include "wire/guest_protocol.h"

namespace mayfly::guest {

class DaemonChannel {
 public:
  // -1: a channel that leads nowhere, for the warm-up.
  explicit DaemonChannel(int fd);

  void send(wire::FrameType type, std::string_view payload);

  // Blocks until the one job of this process has arrived.
  wire::Job receiveJob();

  [[nodiscard]] bool isNowhere() const { return fd_ < 0; }

  // Sleeps until the time is over (milliseconds; -1: for ever). On the way to nowhere no time passes.
  void sleep(int milliseconds);

 private:
  void fill();

  int fd_;
  wire::FrameReader reader_;
};

}  // namespace mayfly::guest
