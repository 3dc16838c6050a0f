// SPDX-License-Identifier: Apache-2.0
#include "workers/stream_table.h"

#include <gtest/gtest.h>

namespace mayfly {
namespace {

using wire::FrameType;
using What = StreamEvent::What;
using Sending = StreamTable::Sending;

class StreamTableTest : public ::testing::Test {
 protected:
  Result<StreamEvent> feed(FrameType type, uint64_t stream, std::string_view payload = {}) {
    wire::Frame frame;
    frame.header = {.length = static_cast<uint32_t>(payload.size()),
                    .type = static_cast<uint16_t>(type),
                    .flags = 0,
                    .stream = stream};
    frame.payload = payload;
    return table_.onFrame(frame);
  }
  StreamEvent fine(FrameType type, uint64_t stream, std::string_view payload = {}) {
    auto event = feed(type, stream, payload);
    EXPECT_TRUE(event.ok()) << (event.ok() ? "" : event.error().message);
    return event.ok() ? std::move(event).value() : StreamEvent();
  }
  void violation(FrameType type, uint64_t stream, std::string_view payload = {}) {
    auto event = feed(type, stream, payload);
    ASSERT_FALSE(event.ok()) << "type " << static_cast<int>(type) << " on " << stream;
    EXPECT_EQ(event.error().code, ErrorCode::kProtocol);
  }
  static std::string head(bool hasBody, bool webSocket = false) {
    wire::ResponseHead response;
    response.status = webSocket ? 101 : 200;
    response.hasBody = hasBody;
    response.webSocket = webSocket;
    return wire::encodeHead(response);
  }

  StreamTable table_;
};

TEST_F(StreamTableTest, ACallHasOneAnswer) {
  uint64_t call = table_.openCall();
  EXPECT_EQ(call % 2, 0U);
  EXPECT_EQ(fine(FrameType::kLog, call, "x").what, What::kLog);
  EXPECT_TRUE(table_.isOpen(call));
  StreamEvent result = fine(FrameType::kResult, call, "r");
  EXPECT_TRUE(result.over);
  EXPECT_EQ(result.payload, "r");
  EXPECT_FALSE(table_.isOpen(call));
  EXPECT_EQ(fine(FrameType::kResult, call, "again").what, What::kNothing) << "of a stream that has ended";
  EXPECT_EQ(fine(FrameType::kLog, call, "x").what, What::kLog) << "of what was given to waitUntil";
  EXPECT_TRUE(fine(FrameType::kFailure, table_.openCall(), "f").over);
}

TEST_F(StreamTableTest, WhatNeverWasIsAViolation) {
  uint64_t call = table_.openCall();
  violation(FrameType::kResult, call + 2);
  violation(FrameType::kResult, wire::kFirstSession);
  violation(FrameType::kText, 1);
  violation(FrameType::kReset, 7);
  violation(FrameType::kResult, 0);
  violation(FrameType::kText, 0);
  violation(static_cast<FrameType>(999), call);
  violation(FrameType::kJob, call);
  violation(FrameType::kHead, call, head(false));
  violation(FrameType::kChunk, call, "x");
  violation(FrameType::kText, call, "x");
  violation(FrameType::kCredit, call, wire::encodeCredit(1));
  violation(FrameType::kEnd, call);
  violation(FrameType::kClose, call, wire::encodeClose({}));
}

TEST_F(StreamTableTest, AFetchEndsWhenBothBodiesHave) {
  uint64_t fetch = table_.openFetch(true, false);
  violation(FrameType::kChunk, fetch, "early");
  EXPECT_FALSE(fine(FrameType::kHead, fetch, head(true)).over);
  EXPECT_EQ(fine(FrameType::kChunk, fetch, "body").payload, "body");
  EXPECT_FALSE(fine(FrameType::kEnd, fetch).over);
  violation(FrameType::kChunk, fetch, "late");
  EXPECT_EQ(table_.onSend(fetch, FrameType::kChunk, "up"), Sending::kFine);
  EXPECT_EQ(table_.onSend(fetch, FrameType::kEnd, ""), Sending::kOver);
  EXPECT_EQ(table_.onSend(fetch, FrameType::kChunk, "more"), Sending::kPointless);
  EXPECT_TRUE(fine(FrameType::kHead, table_.openFetch(false, false), head(false)).over);
}

TEST_F(StreamTableTest, AFetchAnswersOnce) {
  uint64_t fetch = table_.openFetch(true, false);
  fine(FrameType::kHead, fetch, head(true));
  violation(FrameType::kHead, fetch, head(true));
  violation(FrameType::kFailure, fetch, "f");
  uint64_t failed = table_.openFetch(true, false);
  EXPECT_TRUE(fine(FrameType::kFailure, failed, "f").over);
}

TEST_F(StreamTableTest, AHeadIsBounded) {
  wire::ResponseHead giant;
  giant.headers.push_back({"x", std::string(wire::kMaxHeadBytes, 'a')});
  violation(FrameType::kHead, table_.openFetch(false, false), wire::encodeHead(giant));
}

TEST_F(StreamTableTest, AWebSocketIsClosedFromBothSides) {
  uint64_t refused = table_.openFetch(false, false);
  violation(FrameType::kHead, refused, head(false, true));
  uint64_t fetch = table_.openFetch(false, true);
  EXPECT_EQ(table_.onSend(fetch, FrameType::kText, "early"), Sending::kPointless);
  EXPECT_FALSE(fine(FrameType::kHead, fetch, head(false, true)).over);
  EXPECT_EQ(fine(FrameType::kBinary, fetch, "b").what, What::kBinary);
  EXPECT_EQ(table_.onSend(fetch, FrameType::kText, "t"), Sending::kFine);
  violation(FrameType::kChunk, fetch, "x");
  EXPECT_FALSE(fine(FrameType::kClose, fetch, wire::encodeClose({1001, "bye"})).over);
  violation(FrameType::kText, fetch, "x");
  EXPECT_EQ(table_.onSend(fetch, FrameType::kClose, wire::encodeClose({})), Sending::kOver);
}

TEST_F(StreamTableTest, EitherSideClosesASession) {
  uint64_t one = table_.openSession();
  violation(FrameType::kBinary, one, "b");
  violation(FrameType::kText, one, "\xff");
  EXPECT_TRUE(fine(FrameType::kClose, one, wire::encodeClose({})).over);
  uint64_t other = table_.openSession();
  EXPECT_EQ(table_.onSend(other, FrameType::kClose, wire::encodeClose({})), Sending::kOver);
  EXPECT_EQ(fine(FrameType::kText, other, "late").what, What::kNothing);
  table_.openFirstSession();
  EXPECT_EQ(fine(FrameType::kText, wire::kFirstSession, "x").what, What::kText);
}

TEST_F(StreamTableTest, CreditIsTakenAndGiven) {
  uint64_t session = table_.openSession();
  std::string text(wire::kInitialCredit - 1, 'x');
  fine(FrameType::kText, session, text);
  EXPECT_EQ(table_.creditOfGuest(session), 1);
  fine(FrameType::kText, session, "overdraws");
  violation(FrameType::kText, session, "x");
  violation(FrameType::kText, session, "");
  EXPECT_EQ(table_.onSend(session, FrameType::kCredit, wire::encodeCredit(8)), Sending::kFine);
  violation(FrameType::kText, session, "x");
  table_.onSend(session, FrameType::kCredit, wire::encodeCredit(1));
  fine(FrameType::kText, session, "x");
}

TEST_F(StreamTableTest, TheDaemonKeepsToItsCreditToo) {
  uint64_t session = table_.openSession();
  EXPECT_EQ(table_.onSend(session, FrameType::kText, std::string(wire::kInitialCredit + 5, 'x')), Sending::kFine);
  EXPECT_EQ(table_.creditOfDaemon(session), -5);
  EXPECT_EQ(table_.onSend(session, FrameType::kText, "x"), Sending::kOverdraft);
  EXPECT_EQ(fine(FrameType::kCredit, session, wire::encodeCredit(6)).credit, 6U);
  EXPECT_EQ(table_.onSend(session, FrameType::kText, "x"), Sending::kFine);
  for (int i = 0; i < 8; ++i) fine(FrameType::kCredit, session, wire::encodeCredit(UINT32_MAX));
  EXPECT_GT(table_.creditOfDaemon(session), int64_t{8} * INT32_MAX);
}

TEST_F(StreamTableTest, MessagesAndChunksAreBounded) {
  uint64_t fetch = table_.openFetch(false, false);
  fine(FrameType::kHead, fetch, head(true));
  fine(FrameType::kChunk, fetch, std::string(wire::kMaxChunk, 'x'));
  violation(FrameType::kChunk, fetch, std::string(wire::kMaxChunk + 1, 'x'));
  violation(FrameType::kText, table_.openSession(), std::string(wire::kMaxMessage + 1, 'x'));
}

TEST_F(StreamTableTest, ResetEndsAnyStream) {
  for (uint64_t stream : {table_.openCall(), table_.openFetch(true, true), table_.openSession()}) {
    StreamEvent event = fine(FrameType::kReset, stream, "why");
    EXPECT_EQ(event.what, What::kReset);
    EXPECT_EQ(event.reason, "why");
    EXPECT_TRUE(event.over);
  }
  EXPECT_EQ(table_.size(), 0U);
}

TEST_F(StreamTableTest, TheGuestOpensOddStreamsUpwards) {
  std::string open = wire::encodeOpen({.binding = "LOADER", .id = "", .documentJson = "{}"});
  violation(FrameType::kOpen, 2, open);
  violation(FrameType::kOpen, 3, "nonsense");
  EXPECT_EQ(fine(FrameType::kOpen, 3, open).open.binding, "LOADER");
  violation(FrameType::kOpen, 3, open);
  violation(FrameType::kOpen, 1, open);
  EXPECT_EQ(fine(FrameType::kText, 3, "x").what, What::kText);
  EXPECT_EQ(fine(FrameType::kText, 1, "x").what, What::kNothing) << "skipped numbers count as ended";
  fine(FrameType::kOpen, 5, open);
  EXPECT_EQ(table_.size(), 2U);
}

}  // namespace
}  // namespace mayfly
