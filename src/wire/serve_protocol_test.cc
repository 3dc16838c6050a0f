// SPDX-License-Identifier: Apache-2.0
#include "wire/serve_protocol.h"

#include <gtest/gtest.h>

#include <functional>

#include "wire/guest_protocol.h"

namespace mayfly::wire {
namespace {

// No prefix of a good payload is good, and nothing may follow it.
template <typename Decode>
void expectExact(const std::string& payload, Decode decode) {
  EXPECT_TRUE(decode(payload).ok());
  for (size_t size = 0; size < payload.size(); ++size) {
    auto cut = decode(std::string_view(payload).substr(0, size));
    ASSERT_FALSE(cut.ok()) << "cut to " << size;
    EXPECT_EQ(cut.error().code, ErrorCode::kProtocol);
  }
  EXPECT_FALSE(decode(payload + '\0').ok());
}

ResponseHead someHead() { return {200, "OK", {{"content-type", "text/plain"}, {"x-bytes", "\xff\t1"}}, true, false}; }

TEST(ServeProtocol, PayloadsAreExact) {
  expectExact(encodeCall({"Agent", "run", "1", "[2]", "{}", 17.5, 1000}), decodeCall);
  expectExact(encodeFetch({"Agent", "{}", "POST", "http://a/b?c", {{"accept", "*/*"}}, true, false, 1}), decodeFetch);
  expectExact(encodeHead(someHead()), decodeHead);
  expectExact(encodeLoaded({{{"default", {"run", "fetch"}}, {"Other", {}}}}), decodeLoaded);
  expectExact(encodeOpen({"LOADER", "id", "{}"}), decodeOpen);
  expectExact(encodeClose({1001, "going away"}), decodeClose);
  expectExact(encodeCredit(70'000), decodeCredit);
}

TEST(ServeProtocol, WhatGoesInComesOut) {
  auto call = decodeCall(encodeCall({"Agent", "run", "1", "[2]", "{}", 17.5, 1000}));
  ASSERT_TRUE(call.ok());
  EXPECT_EQ(call->entrypoint + call->method + call->inputJson + call->argumentsJson + call->propsJson,
            "Agentrun1[2]{}");
  EXPECT_EQ(call->startMillis, 17.5);
  EXPECT_EQ(call->outputBytes, 1000U);
  auto request = decodeFetch(encodeFetch({"", "", "POST", "http://a/b?c", {{"accept", "*/*"}}, true, true, 1}));
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->method + request->url, "POSThttp://a/b?c");
  ASSERT_EQ(request->headers.size(), 1U);
  EXPECT_EQ(request->headers[0].name + request->headers[0].value, "accept*/*");
  EXPECT_TRUE(request->hasBody && request->webSocket);
  auto head = decodeHead(encodeHead(someHead()));
  ASSERT_TRUE(head.ok());
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->headers[1].value, "\xff\t1");
  auto loaded = decodeLoaded(encodeLoaded({{{"default", {"run", "fetch"}}, {"Other", {}}}}));
  ASSERT_TRUE(loaded.ok());
  ASSERT_EQ(loaded->entrypoints.size(), 2U);
  EXPECT_EQ(loaded->entrypoints[0].methods, (std::vector<std::string>{"run", "fetch"}));
}

// Each would end up in an answer that the daemon writes.
TEST(ServeProtocol, AGuestCannotSplitAResponse) {
  auto refused = [](const std::function<void(ResponseHead&)>& change) {
    ResponseHead head = someHead();
    change(head);
    return !decodeHead(encodeHead(head)).ok();
  };
  EXPECT_FALSE(refused([](ResponseHead&) {}));
  for (const char* value : {"a\r\nset-cookie: x", "a\n", "\r", "\x7f", "\x01"}) {
    EXPECT_TRUE(refused([&](ResponseHead& head) { head.headers[0].value = value; })) << value;
    EXPECT_TRUE(refused([&](ResponseHead& head) { head.statusText = value; })) << value;
  }
  for (const char* name : {"", "a b", "a:", "a\r\n", "\xc3\xa4", "(x)"}) {
    EXPECT_TRUE(refused([&](ResponseHead& head) { head.headers[0].name = name; })) << name;
  }
  for (uint16_t status : {0, 100, 101, 199, 600, 999}) {
    EXPECT_TRUE(refused([&](ResponseHead& head) { head.status = status; })) << status;
  }
  EXPECT_TRUE(refused([](ResponseHead& head) { head.webSocket = true; }));
  EXPECT_TRUE(refused([](ResponseHead& head) { head.headers.resize(kMaxHeaders + 1, {"a", "b"}); }));
  EXPECT_TRUE(refused([](ResponseHead& head) { head.headers[0].value.assign(kMaxHeadBytes, 'a'); }));
}

TEST(ServeProtocol, WhatADaemonReadsIsBounded) {
  Loaded many;
  many.entrypoints.resize(kMaxEntrypoints + 1, {"a", {}});
  EXPECT_FALSE(decodeLoaded(encodeLoaded(many)).ok());
  many.entrypoints = {{"a", std::vector<std::string>(kMaxMethods + 1, "b")}};
  EXPECT_FALSE(decodeLoaded(encodeLoaded(many)).ok());
  EXPECT_FALSE(decodeLoaded(encodeLoaded({{{"\xff", {}}}})).ok());
  EXPECT_FALSE(decodeOpen(encodeOpen({"LOADER", "", ""})).ok());
  EXPECT_FALSE(decodeClose(encodeClose({1000, std::string(2000, 'a')})).ok());
  EXPECT_FALSE(decodeReset(std::string(2000, 'a')).ok());
  EXPECT_FALSE(decodeReset("\xff").ok());
  EXPECT_TRUE(decodeReset("E_NOT_FOUND no").ok());
}

}  // namespace
}  // namespace mayfly::wire
