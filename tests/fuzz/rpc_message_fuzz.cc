// SPDX-License-Identifier: Apache-2.0
// Messages of RPC channels: what is accepted has a channel and a verb in range, and a payload that is part of the text.

#include "api/rpc_message.h"

#include <string>

#include "fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  auto message = mayfly::api::parseRpcMessage(text);
  if (!message) {
    FUZZ_CHECK(!message.error().message.empty() && message.error().message.size() < 1024);
    return 0;
  }
  FUZZ_CHECK(message->channel >= 1 && message->channel < (uint64_t{1} << 53U));
  FUZZ_CHECK(message->payload.empty() || text.ends_with(message->payload));
  FUZZ_CHECK((message->verb == mayfly::api::RpcVerb::kCredit) == (message->credit > 0));
  if (message->verb == mayfly::api::RpcVerb::kGet) {
    auto get = mayfly::api::parseRpcGet(message->payload);
    if (get) FUZZ_CHECK(!get->id.empty() && get->id.size() <= 200 && (get->hash.empty() || get->hash.size() == 64));
  }
  return 0;
}
