// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a request's headers are checked for before anything is done for it. Hostile text is welcome.

#include <optional>
#include <string>
#include <string_view>

#include "api/http_request.h"

namespace mayfly::api {

// "localhost", 127.x.x.x or [::1], with or without a port. A page of somewhere else whose name was made to lead here
// (DNS rebinding) sends its own name.
bool isLoopbackHost(std::string_view host);

// Whether `origin` is this daemon's own, as its client wrote it in Host.
bool isOwnOrigin(std::string_view origin, std::string_view host);

// The secret from `Authorization: Bearer` or `X-API-Key`; empty when there is none. E_UNAUTHORIZED for another scheme
// or two different secrets.
Result<std::string> presentedKey(const RequestHead& head);

// Idempotency-Key: 1 to 200 visible bytes; empty when there is none. E_USAGE.
Result<std::string> idempotencyKey(const RequestHead& head);

// W3C Trace Context, level 1: the header when it is well-formed, else empty. A broken one is ignored, as the standard
// asks.
std::string traceparent(const RequestHead& head);

// Last-Event-ID: how many events the client has; 0 when there is none. E_USAGE.
Result<uint64_t> lastEventId(const RequestHead& head);

// Whether the Accept header asks for this type itself, not merely for anything.
bool acceptsType(const RequestHead& head, std::string_view type);

// Content-Type is absent or JSON. E_MEDIA_TYPE.
Result<void> checkJsonBody(const RequestHead& head);

}  // namespace mayfly::api
