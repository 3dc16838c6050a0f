// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whole messages over a SOCK_SEQPACKET pair, with at most one descriptor riding along.
// Used between the daemon and the processes that it seals. No allocation, so it may be used after a fork.

#include <sys/types.h>

#include <cstddef>
#include <optional>

#include "base/unique_fd.h"

namespace mayfly::wire {

struct Packet {
  size_t size = 0;  // bytes received; 0 means that the peer has gone
  UniqueFd fd;
  pid_t sender = 0;  // the sender's pid in our namespace, where the socket asks for it (SO_PASSCRED)
};

// Sends one message. `fd` may be -1. False with errno set when the peer has gone or would block.
bool sendPacket(int socket, const void* data, size_t size, int fd = -1);

// Receives one message into `data`. Nothing, with errno set, on failure (EAGAIN: none is there); EMSGSIZE when the
// message was larger than `capacity`. Surplus descriptors are closed.
std::optional<Packet> receivePacket(int socket, void* data, size_t capacity, int flags = 0);

}  // namespace mayfly::wire
