// SPDX-License-Identifier: Apache-2.0
#pragma once

// A real capnweb in a real Node at the other end of a session: one case of sessions.mjs, which exits with 0 when all of
// its assertions held. Messages go through a socket pair, one a line; credit is kept here.

#include <deque>

#include "base/child_process.h"
#include "worker_guest.h"

namespace mayfly::workers {

class SessionClient {
 public:
  // `stream` is open, or will be.
  SessionClient(abuse::Sandbox& sandbox, WorkerGuest& worker, uint64_t stream, const std::string& name);
  ~SessionClient();
  SessionClient(const SessionClient&) = delete;
  SessionClient& operator=(const SessionClient&) = delete;

  // Turns the loop until Node has ended. Its exit status.
  int finish();
  void end();  // as if its machine had gone

 private:
  void onSocket();
  void toWorker();
  void onFrame(const wire::Frame& frame);

  abuse::Sandbox& sandbox_;
  WorkerGuest& worker_;
  uint64_t stream_;
  UniqueFd socket_;
  std::optional<ChildProcess> node_;
  std::string unread_;
  std::string unsent_;
  std::deque<std::string> waiting_;
  int64_t credit_ = wire::kInitialCredit;
  bool over_ = false;
};

}  // namespace mayfly::workers
