// SPDX-License-Identifier: Apache-2.0
#pragma once

// GET /v1/rpc: channels over one WebSocket, each a session with one worker. Relays messages and credit; reads neither.

#include <memory>
#include <unordered_set>

#include "api/accounting.h"
#include "api/exchange.h"

namespace mayfly::api {

class RpcConnection;

class RpcEndpoint {
 public:
  explicit RpcEndpoint(Parts& parts) : parts_(parts) {}
  ~RpcEndpoint();
  RpcEndpoint(const RpcEndpoint&) = delete;
  RpcEndpoint& operator=(const RpcEndpoint&) = delete;

  void accept(const std::shared_ptr<Exchange>& exchange);

  // Ends every connection.
  void closeAll();
  [[nodiscard]] size_t connections() const { return connections_.size(); }

 private:
  friend class RpcConnection;
  Parts& parts_;
  std::unordered_set<std::shared_ptr<RpcConnection>> connections_;
  OwnerId lastOwner_ = 0;
};

}  // namespace mayfly::api
