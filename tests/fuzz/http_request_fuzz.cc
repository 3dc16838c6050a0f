// SPDX-License-Identifier: Apache-2.0
// Requests of any client: what is accepted has one length, one host and harmless headers, is read the same however it
// arrives in pieces, and leads to a route or a sentence.

#include "api/http_request.h"

#include <string>

#include "api/listen_address.h"
#include "api/request_checks.h"
#include "api/route.h"
#include "fuzz_input.h"

namespace {

using namespace mayfly::api;  // NOLINT

struct Read {
  bool refused = false;
  std::string heads;
  std::string bodies;
};

Read readAll(std::string_view text, size_t step) {
  RequestReader reader({.headBytes = 4096, .headers = 20});
  Read read;
  std::string in;
  bool inBody = false;
  for (size_t at = 0; at < text.size() && !read.refused; at += step) {
    in += text.substr(at, step);
    for (int turn = 0; turn < 100 && !read.refused; ++turn) {
      if (inBody) {
        read.refused = !reader.body(in, read.bodies, 1U << 20U).ok();
        inBody = !reader.bodyDone();
        if (inBody) break;
      }
      auto head = reader.head(in);
      if (!head || !head->has_value()) {
        read.refused = !head.ok();
        break;
      }
      read.heads += (*head)->method + " " + (*head)->target + "\n";
      inBody = (*head)->hasBody;
    }
  }
  return read;
}

void checkHead(const RequestHead& head) {
  FUZZ_CHECK(head.count("Content-Length") + head.count("Transfer-Encoding") <= 1);
  FUZZ_CHECK(head.count("Host") <= 1);
  for (const HttpHeader& header : head.headers) {
    FUZZ_CHECK(header.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  }
  Routed routed = findRoute(head.method, head.target);
  FUZZ_CHECK(routed.ok() || !routed.failure().error.message.empty());
  if (routed.ok() && !routed.route().rest.empty()) FUZZ_CHECK(routed.route().rest.front() == '/');
  FUZZ_CHECK(routed.ok() || mayfly::isUtf8(routed.failure().error.message));
  auto key = idempotencyKey(head);
  FUZZ_CHECK(!key.ok() || key.value().size() <= 200);
  std::string trace = traceparent(head);
  FUZZ_CHECK(trace.empty() || trace.size() == 55);
  (void)presentedKey(head).ok();
  (void)lastEventId(head).ok();
  if (isOwnOrigin(head.header("Origin"), head.header("Host"))) FUZZ_CHECK(isLoopbackHost(head.header("Host")));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  Read whole = readAll(text, text.size() + 1);
  Read pieces = readAll(text, 3);
  if (!whole.refused && !pieces.refused) {
    FUZZ_CHECK(whole.heads == pieces.heads);
    FUZZ_CHECK(whole.bodies == pieces.bodies);
  }
  RequestReader reader({.headBytes = 4096, .headers = 20});
  auto head = reader.head(text);
  if (head && head->has_value()) checkHead(**head);
  (void)parseListenAddress(std::string(reinterpret_cast<const char*>(data), size)).ok();
  return 0;
}
