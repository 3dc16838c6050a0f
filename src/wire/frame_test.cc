// SPDX-License-Identifier: Apache-2.0
#include "wire/frame.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

namespace mayfly::wire {
namespace {

std::string header(uint32_t length, uint16_t type = 16, uint16_t flags = 0, uint64_t stream = 0) {
  std::string bytes(kFrameHeaderSize, '\0');
  encodeFrameHeader({.length = length, .type = type, .flags = flags, .stream = stream}, bytes.data());
  return bytes;
}

TEST(Frame, HasTheDocumentedLayout) {
  std::string bytes = encodeFrame(FrameType::kResult, "ab", 0x0807060504030201);
  EXPECT_EQ(bytes, std::string("\x02\0\0\0"
                               "\x11\0"
                               "\0\0"
                               "\x01\x02\x03\x04\x05\x06\x07\x08"
                               "ab",
                               18));
}

TEST(Frame, HeaderReadsBack) {
  FrameHeader read = decodeFrameHeader(header(0xdeadbeef, 0x104, 0xffff, ~0ULL).data());
  EXPECT_EQ(read.length, 0xdeadbeefU);
  EXPECT_EQ(read.type, 0x104);
  EXPECT_EQ(read.flags, 0xffff);
  EXPECT_EQ(read.stream, ~0ULL);
}

// Frames one after the other, cut at every possible place into two reads.
TEST(FrameReader, CutsAStreamWhereverTheReadsFall) {
  const std::vector<std::string> payloads = {"first", "", std::string(300, 'x')};
  std::string stream;
  for (size_t i = 0; i < payloads.size(); ++i) stream += encodeFrame(FrameType::kLog, payloads[i], i);
  for (size_t split = 0; split <= stream.size(); ++split) {
    FrameReader reader(1000);
    std::vector<std::string> seen;
    for (std::string_view part : {std::string_view(stream).substr(0, split), std::string_view(stream).substr(split)}) {
      if (!part.empty()) reader.append(part);
      for (;;) {
        auto frame = reader.next();
        ASSERT_TRUE(frame.ok());
        if (!frame->has_value()) break;
        EXPECT_EQ((*frame)->header.stream, seen.size());
        seen.emplace_back((*frame)->payload);
      }
    }
    ASSERT_EQ(seen, payloads) << "cut at " << split;
    EXPECT_EQ(reader.buffered(), 0U);
  }
}

TEST(FrameReader, ByteByByte) {
  std::string stream = encodeFrame(FrameType::kLog, "abc") + encodeFrame(FrameType::kResult, "d");
  FrameReader reader(10);
  std::string seen;
  for (char byte : stream) {
    ASSERT_FALSE(reader.room().empty());
    reader.room()[0] = byte;
    reader.commit(1);
    auto frame = reader.next();
    ASSERT_TRUE(frame.ok());
    if (frame->has_value()) seen += std::string((*frame)->payload) + "|";
  }
  EXPECT_EQ(seen, "abc|d|");
}

TEST(FrameReader, RefusesALengthAboveItsLimitBeforeTheBytesArrive) {
  FrameReader reader(100);
  reader.append(header(101));
  auto frame = reader.next();
  ASSERT_FALSE(frame.ok());
  EXPECT_EQ(frame.error().code, ErrorCode::kProtocol);
  EXPECT_NE(frame.error().message.find("101"), std::string::npos);
  EXPECT_NE(frame.error().message.find("100"), std::string::npos);
}

TEST(FrameReader, TakesALengthExactlyAtItsLimit) {
  FrameReader reader(100);
  reader.append(encodeFrame(FrameType::kLog, std::string(100, 'x')));
  auto frame = reader.next();
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ((*frame)->payload.size(), 100U);
}

TEST(FrameReader, RefusesUnknownFlags) {
  FrameReader reader(100);
  reader.append(header(0, 16, 1));
  EXPECT_EQ(reader.next().error().code, ErrorCode::kProtocol);
}

TEST(FrameReader, AHugeLengthCostsNoMemory) {
  FrameReader reader(SIZE_MAX);
  reader.append(header(0xffffffff));
  auto frame = reader.next();
  ASSERT_TRUE(frame.ok());
  EXPECT_FALSE(frame->has_value());
  EXPECT_EQ(reader.buffered(), kFrameHeaderSize);
}

TEST(FrameReader, TheLimitMayBeRaisedLater) {
  FrameReader reader(0);
  reader.append(encodeFrame(FrameType::kSpareReady, "") + encodeFrame(FrameType::kLog, "x"));
  ASSERT_TRUE(reader.next()->has_value());
  reader.setMaxPayload(1);
  ASSERT_TRUE(reader.next()->has_value());
}

// As a socket fills it: whatever room there is, over many frames of many sizes.
TEST(FrameReader, TakesWhateverRoomThereIs) {
  std::string stream;
  constexpr size_t kFrames = 300;
  for (size_t i = 0; i < kFrames; ++i) stream += encodeFrame(FrameType::kLog, std::string(i * 37 % 5000, 'x'), i);
  FrameReader reader(5000);
  std::string_view rest = stream;
  size_t seen = 0;
  while (!rest.empty()) {
    std::span<char> room = reader.room();
    ASSERT_FALSE(room.empty());
    size_t size = std::min(room.size(), rest.size());
    std::memcpy(room.data(), rest.data(), size);
    rest.remove_prefix(size);
    reader.commit(size);
    for (;;) {
      auto frame = reader.next();
      ASSERT_TRUE(frame.ok());
      if (!frame->has_value()) break;
      ASSERT_EQ((*frame)->payload.size(), seen * 37 % 5000);
      ASSERT_EQ((*frame)->payload.find_first_not_of('x'), std::string_view::npos);
      ++seen;
    }
  }
  EXPECT_EQ(seen, kFrames);
}

// Thousands of guests say a line or two: their readers hold a few hundred bytes, not a socket's worth.
TEST(FrameReader, StartsSmall) {
  FrameReader reader(1 << 20);
  EXPECT_LE(reader.room().size(), 4096U);
}

}  // namespace
}  // namespace mayfly::wire
