// SPDX-License-Identifier: Apache-2.0
#pragma once

// A message of the subprotocol mayfly.rpc.v1 (docs/api.md): "CHANNEL VERB" or "CHANNEL VERB PAYLOAD". Hostile text is
// welcome.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mayfly::api {

enum class RpcVerb : uint8_t { kLoad, kGet, kCode, kMessage, kCredit, kClose };

struct RpcMessage {
  uint64_t channel = 0;  // 1 to 2^53-1
  RpcVerb verb = RpcVerb::kClose;
  std::string_view payload;  // within the text that was parsed
  uint32_t credit = 0;       // of kCredit
};

// What a client says. E_USAGE for what is not in the table.
Result<RpcMessage> parseRpcMessage(std::string_view text);

// The payload of `get`.
struct RpcGet {
  std::string id;
  std::string hash;
};
Result<RpcGet> parseRpcGet(std::string_view json);

}  // namespace mayfly::api
