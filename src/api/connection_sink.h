// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a connection asks of the service behind it.

#include <memory>

#include "api/exchange.h"

namespace mayfly::api {

enum class BodyUse : uint8_t { kNone, kWhole, kPieces };

class RequestSink {
 public:
  virtual ~RequestSink() = default;
  // The head is here. Either the exchange is answered now, or this is how its body is wanted.
  virtual BodyUse accept(const std::shared_ptr<Exchange>& exchange) = 0;
  // The body is here if it is wanted whole.
  virtual void start(const std::shared_ptr<Exchange>& exchange) = 0;
  // A request that could not even be read.
  virtual void refused(const Error& error) = 0;
};

// What a client can make a connection hold, and how long it may take for it.
struct ConnectionLimits {
  HttpLimits http;
  size_t maxBodyBytes = 80U << 20U;
  std::chrono::milliseconds headTime{10'000};  // from its first byte
  std::chrono::milliseconds bodyTime{60'000};  // the whole of it, when it is read before the endpoint begins
  std::chrono::milliseconds idle{75'000};      // between requests
  std::chrono::milliseconds sendTime{60'000};  // for a client to take anything of what waits for it
};

}  // namespace mayfly::api
