// SPDX-License-Identifier: Apache-2.0
#include "api/http_request.h"

#include <gtest/gtest.h>

namespace mayfly::api {
namespace {

Result<std::optional<RequestHead>> parse(std::string text) {
  RequestReader reader({});
  return reader.head(text);
}

void expectRefused(const std::string& text, ErrorCode code = ErrorCode::kUsage) {
  auto head = parse(text);
  ASSERT_FALSE(head.ok()) << text;
  EXPECT_EQ(head.error().code, code) << text << "\n" << head.error().message;
}

// Reads a body that arrives in pieces of `step` bytes.
std::string readBody(const std::string& head, const std::string& body, size_t step, bool& fine) {
  RequestReader reader({});
  std::string in = head;
  std::string out;
  EXPECT_TRUE(reader.head(in).ok());
  fine = true;
  for (size_t at = 0; at < body.size() && fine; at += step) {
    in += body.substr(at, step);
    fine = reader.body(in, out, 1U << 20U).ok();
  }
  fine = fine && reader.bodyDone();
  return out;
}

TEST(HttpRequest, AHeadIsRead) {
  auto head = parse("POST /v1/run?x=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nX-A: b \r\n\r\n{}");
  ASSERT_TRUE(head.ok());
  ASSERT_TRUE(head->has_value());
  EXPECT_EQ((*head)->method, "POST");
  EXPECT_EQ((*head)->target, "/v1/run?x=1");
  EXPECT_EQ((*head)->header("x-a"), "b");
  EXPECT_EQ((*head)->contentLength, 2U);
  EXPECT_TRUE((*head)->hasBody);
  EXPECT_TRUE((*head)->keepAlive);
}

TEST(HttpRequest, WaitsForTheWholeHead) {
  RequestReader reader({});
  std::string text = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  std::string in;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    in += text[i];
    auto head = reader.head(in);
    ASSERT_TRUE(head.ok());
    ASSERT_FALSE(head->has_value());
  }
  in += text.back();
  EXPECT_TRUE(reader.head(in)->has_value());
  EXPECT_TRUE(in.empty());
}

TEST(HttpRequest, OneAfterAnother) {
  RequestReader reader({});
  std::string in = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const char* target : {"/a", "/b"}) {
    auto head = reader.head(in);
    ASSERT_TRUE(head.ok() && head->has_value());
    EXPECT_EQ((*head)->target, target);
  }
}

TEST(HttpRequest, BothKindsOfLengthAreRefused) {
  expectRefused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
  expectRefused("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n");
}

TEST(HttpRequest, OddLengthsAreRefused) {
  for (const char* length : {"1, 1", "+1", "-1", "0x1", "1 1", "", "99999999999999999999"}) {
    expectRefused(std::string("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ") + length + "\r\n\r\n");
  }
  expectRefused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n");
}

TEST(HttpRequest, OddCodingsAreRefused) {
  for (const char* coding :
       {"gzip", "gzip, chunked", "chunked, chunked", "identity", "chunked, identity", "xchunked"}) {
    expectRefused(std::string("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ") + coding + "\r\n\r\n");
  }
  expectRefused("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n");
  expectRefused("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST(HttpRequest, OddLinesAreRefused) {
  expectRefused("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n");
  expectRefused("GET / HTTP/1.1\r\n Host: a\r\n\r\n");
  expectRefused("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n");
  expectRefused("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n");
  expectRefused("GET / HTTP/1.1\r\nHost : a\r\n\r\n");
  expectRefused("GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n");
  expectRefused(std::string("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 37));
  expectRefused("GET  / HTTP/1.1\r\nHost: a\r\n\r\n");
  expectRefused("GET / HTTP/2.0\r\nHost: a\r\n\r\n");
  expectRefused("GET / HTTP/1.1\r\n\r\n");
  expectRefused("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
}

TEST(HttpRequest, TooMuchIsRefused) {
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
  expectRefused(head + "X: " + std::string(40'000, 'a'), ErrorCode::kTooLarge);
  std::string many = head;
  for (int i = 0; i < 101; ++i) many += "X: a\r\n";
  expectRefused(many + "\r\n", ErrorCode::kTooLarge);
}

TEST(HttpRequest, BodiesArriveInAnyPieces) {
  std::string chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string body = "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n";
  std::string counted = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 13\r\n\r\n";
  for (size_t step : {1, 2, 3, 7, 100}) {
    bool fine = false;
    EXPECT_EQ(readBody(chunked, body, step, fine), "abc0123456789") << step;
    EXPECT_TRUE(fine) << step;
    EXPECT_EQ(readBody(counted, "abc0123456789", step, fine), "abc0123456789") << step;
    EXPECT_TRUE(fine) << step;
  }
}

TEST(HttpRequest, BadChunksAreRefused) {
  std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char* body :
       {"x\r\n", "-1\r\n", "3\r\nabcd\r\n", "fffffffffffffffff\r\n", "3 \r\nabc\r\n", "\r\n\r\n", "3\nabc\n"}) {
    bool fine = true;
    readBody(head, body, 100, fine);
    EXPECT_FALSE(fine) << body;
  }
}

TEST(HttpRequest, ABodyStopsWhereItIsTold) {
  RequestReader reader({});
  std::string in = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789GET";
  ASSERT_TRUE(reader.head(in).ok());
  std::string out;
  ASSERT_TRUE(reader.body(in, out, 4).ok());
  EXPECT_EQ(out, "0123");
  EXPECT_FALSE(reader.bodyDone());
  ASSERT_TRUE(reader.body(in, out, 100).ok());
  EXPECT_EQ(out, "0123456789");
  EXPECT_TRUE(reader.bodyDone());
  EXPECT_EQ(in, "GET");
}

TEST(HttpRequest, KnowsAnUpgrade) {
  auto head = parse("GET /v1/rpc HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\r\n");
  EXPECT_TRUE((*head)->wantsWebSocket);
  auto other = parse("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_FALSE((*other)->wantsWebSocket);
}

}  // namespace
}  // namespace mayfly::api
