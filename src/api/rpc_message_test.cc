// SPDX-License-Identifier: Apache-2.0
#include "api/rpc_message.h"

#include <gtest/gtest.h>

namespace mayfly::api {
namespace {

TEST(RpcMessage, Messages) {
  auto message = parseRpcMessage("7 m [\"push\", 1]  ");
  ASSERT_TRUE(message.ok());
  EXPECT_EQ(message->channel, 7U);
  EXPECT_EQ(message->verb, RpcVerb::kMessage);
  EXPECT_EQ(message->payload, "[\"push\", 1]  ");
  EXPECT_EQ(parseRpcMessage("9007199254740991 close")->channel, 9007199254740991U);
  EXPECT_EQ(parseRpcMessage("1 credit 65536")->credit, 65536U);
  EXPECT_EQ(parseRpcMessage("1 m ")->payload, "");
}

TEST(RpcMessage, Nonsense) {
  for (const char* text : {"",           " ",          "7",           "7 ",
                           "0 close",    "-1 close",   "01 close",    "9007199254740992 close",
                           "x close",    "7  close",   "7 close x",   "7 close ",
                           "7 m",        "7 M x",      "7 need",      "7 credit",
                           "7 credit x", "7 credit 0", "7 credit -1", "7 credit 1073741825",
                           "7\tclose"}) {
    EXPECT_FALSE(parseRpcMessage(text).ok()) << text;
  }
}

TEST(RpcMessage, Get) {
  EXPECT_EQ(parseRpcGet("{\"id\": \"a\"}")->id, "a");
  EXPECT_TRUE(parseRpcGet("{\"id\": \"a\", \"hash\": \"" + std::string(64, 'a') + "\"}").ok());
  for (const char* json : {"", "{}", "{\"id\": \"\"}", "{\"id\": 1}", "{\"id\": \"a b\"}", "{\"id\": \"a\", \"x\": 1}",
                           "{\"id\": \"a\", \"hash\": \"A\"}", "[]"}) {
    EXPECT_FALSE(parseRpcGet(json).ok()) << json;
  }
}

}  // namespace
}  // namespace mayfly::api
