// SPDX-License-Identifier: Apache-2.0
#include "api/request_checks.h"

#include <gtest/gtest.h>

namespace mayfly::api {
namespace {

RequestHead with(std::vector<HttpHeader> headers) {
  RequestHead head;
  head.headers = std::move(headers);
  return head;
}

TEST(RequestChecks, LoopbackHosts) {
  for (const char* host :
       {"localhost", "LOCALHOST:7070", "127.0.0.1", "127.0.0.1:7070", "127.1.2.3:1", "[::1]", "[::1]:7070"}) {
    EXPECT_TRUE(isLoopbackHost(host)) << host;
  }
  for (const char* host : {"", "example.org", "localhost.example.org", "127.0.0.1.example.org", "127.0.0.1:x", "::1",
                           "127.0.0", "127.0.0.1.", "[::2]", "0.0.0.0", "localhost:", "localhost:1:2"}) {
    EXPECT_FALSE(isLoopbackHost(host)) << host;
  }
}

TEST(RequestChecks, OwnOrigin) {
  EXPECT_TRUE(isOwnOrigin("http://localhost:7070", "localhost:7070"));
  for (const char* origin : {"null", "http://localhost:7071", "https://localhost:7070", "http://localhost",
                             "http://evil.example", "http://localhost:7070.evil.example", ""}) {
    EXPECT_FALSE(isOwnOrigin(origin, "localhost:7070")) << origin;
  }
  EXPECT_FALSE(isOwnOrigin("http://evil.example", "evil.example"));
}

TEST(RequestChecks, Keys) {
  EXPECT_EQ(presentedKey(with({})).value(), "");
  EXPECT_EQ(presentedKey(with({{"authorization", "bearer mf_a"}})).value(), "mf_a");
  EXPECT_EQ(presentedKey(with({{"X-API-Key", "mf_a"}})).value(), "mf_a");
  EXPECT_FALSE(presentedKey(with({{"Authorization", "Basic x"}})).ok());
  EXPECT_FALSE(presentedKey(with({{"Authorization", "Bearer a"}, {"X-API-Key", "b"}})).ok());
}

TEST(RequestChecks, IdempotencyKeys) {
  EXPECT_EQ(idempotencyKey(with({})).value(), "");
  EXPECT_EQ(idempotencyKey(with({{"Idempotency-Key", "a-1"}})).value(), "a-1");
  EXPECT_TRUE(idempotencyKey(with({{"Idempotency-Key", std::string(200, 'a')}})).ok());
  for (const std::string& key : {std::string(), std::string(201, 'a'), std::string("a b"), std::string("\xc3\xa9")}) {
    EXPECT_FALSE(idempotencyKey(with({{"Idempotency-Key", key}})).ok()) << key;
  }
}

TEST(RequestChecks, Traceparent) {
  std::string good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  EXPECT_EQ(traceparent(with({{"traceparent", good}})), good);
  EXPECT_EQ(traceparent(with({{"traceparent", "01" + good.substr(2) + "-more"}})), "01" + good.substr(2));
  for (const std::string& bad :
       {good + "-more", good.substr(1), "ff" + good.substr(2), std::string(55, '0'),
        std::string("00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        std::string("00-00000000000000000000000000000000-b7ad6b7169203331-01"), std::string()}) {
    EXPECT_EQ(traceparent(with({{"traceparent", bad}})), "") << bad;
  }
}

TEST(RequestChecks, LastEventIds) {
  EXPECT_EQ(lastEventId(with({})).value(), 0U);
  EXPECT_EQ(lastEventId(with({{"Last-Event-ID", "12"}})).value(), 12U);
  for (const char* bad : {"-1", "1x", "99999999999999999999999"}) {
    EXPECT_FALSE(lastEventId(with({{"Last-Event-ID", bad}})).ok()) << bad;
  }
}

TEST(RequestChecks, Types) {
  EXPECT_TRUE(acceptsType(with({{"Accept", "text/html, Text/Event-Stream;q=1"}}), "text/event-stream"));
  EXPECT_FALSE(acceptsType(with({{"Accept", "*/*"}}), "text/event-stream"));
  EXPECT_TRUE(checkJsonBody(with({})).ok());
  EXPECT_TRUE(checkJsonBody(with({{"Content-Type", "application/json; charset=utf-8"}})).ok());
  EXPECT_FALSE(checkJsonBody(with({{"Content-Type", "text/xml"}})).ok());
}

}  // namespace
}  // namespace mayfly::api
