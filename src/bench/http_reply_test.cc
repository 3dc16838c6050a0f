// SPDX-License-Identifier: Apache-2.0
#include "bench/http_reply.h"

#include <gtest/gtest.h>

namespace mayfly::bench {
namespace {

// The one reply in `bytes`, handed over in pieces of `step`; nothing when it is not complete.
Result<std::optional<HttpReply>> readInPieces(std::string_view bytes, size_t step) {
  HttpReplyReader reader;
  for (size_t at = 0; at < bytes.size(); at += step) {
    reader.append(bytes.substr(at, step));
    auto reply = reader.next();
    if (!reply || reply->has_value()) return reply;
  }
  return std::optional<HttpReply>();
}

TEST(HttpReply, BodyByLengthHoweverItArrives) {
  for (size_t step : {size_t{1}, size_t{7}, size_t{1000}}) {
    auto reply = readInPieces("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-length: 5\r\n\r\nhello", step);
    ASSERT_TRUE(reply.ok() && reply->has_value());
    EXPECT_EQ((*reply)->status, 200);
    EXPECT_EQ((*reply)->body, "hello");
  }
}

TEST(HttpReply, BodyInChunksHoweverItArrives) {
  for (size_t step : {size_t{1}, size_t{9}, size_t{1000}}) {
    auto reply = readInPieces(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\nA\r\n:123456789\r\n0\r\n\r\n", step);
    ASSERT_TRUE(reply.ok() && reply->has_value());
    EXPECT_EQ((*reply)->body, "{\"a\":123456789");
  }
}

TEST(HttpReply, OneReplyAfterAnother) {
  HttpReplyReader reader;
  reader.append("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 500 Broken\r\nContent-Length: 1\r\n\r\nb");
  auto first = reader.next();
  ASSERT_TRUE(first.ok() && first->has_value());
  EXPECT_EQ((*first)->body, "a");
  auto second = reader.next();
  ASSERT_TRUE(second.ok() && second->has_value());
  EXPECT_EQ((*second)->status, 500);
  auto third = reader.next();
  EXPECT_TRUE(third.ok() && !third->has_value());
}

TEST(HttpReply, WhatIsNoReplyIsAnError) {
  for (std::string_view bytes : {
           "SSH-2.0-OpenSSH\r\n\r\n",
           "HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n",
           "HTTP/1.1 200 OK\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
       }) {
    EXPECT_FALSE(readInPieces(bytes, bytes.size()).ok()) << bytes;
  }
}

}  // namespace
}  // namespace mayfly::bench
