// SPDX-License-Identifier: Apache-2.0
#include "wire/byte_codec.h"

#include <gtest/gtest.h>

namespace mayfly::wire {
namespace {

TEST(ByteCodec, ReadsBackWhatWasWritten) {
  ByteWriter writer;
  writer.put(uint8_t{0xAB});
  writer.put(uint32_t{0x01020304});
  writer.put(-1.5);
  writer.text("text");
  writer.text("");
  ByteReader reader(writer.bytes());
  EXPECT_EQ(reader.get<uint8_t>(), 0xAB);
  EXPECT_EQ(reader.get<uint32_t>(), 0x01020304U);
  EXPECT_EQ(reader.get<double>(), -1.5);
  EXPECT_FALSE(reader.done());
  EXPECT_EQ(reader.text(4), "text");
  EXPECT_EQ(reader.text(0), "");
  EXPECT_TRUE(reader.done());
}

TEST(ByteCodec, IntegersAreLittleEndian) {
  ByteWriter writer;
  writer.put(uint16_t{0x0102});
  EXPECT_EQ(writer.bytes(), std::string("\x02\x01", 2));
}

TEST(ByteCodec, AnIntegerThatIsCutShortFailsForGood) {
  ByteReader reader(std::string_view("\x01\x02\x03", 3));
  EXPECT_EQ(reader.get<uint32_t>(), 0U);
  EXPECT_TRUE(reader.failed());
  EXPECT_EQ(reader.get<uint8_t>(), 0);  // there are bytes, but the reader has given up
  EXPECT_EQ(reader.text(10), "");
  EXPECT_FALSE(reader.done());
}

TEST(ByteCodec, ATextLongerThanItsCapFails) {
  ByteWriter writer;
  writer.text("12345");
  ByteReader reader(writer.bytes());
  EXPECT_EQ(reader.text(4), "");
  EXPECT_TRUE(reader.failed());
}

TEST(ByteCodec, ALengthBeyondTheBytesThatAreThereFails) {
  for (uint32_t length : {5U, 0x7fffffffU, 0xffffffffU}) {
    ByteWriter writer;
    writer.put(length);
    std::string bytes = writer.take() + "1234";
    ByteReader reader(bytes);
    EXPECT_EQ(reader.text(SIZE_MAX), "");
    EXPECT_TRUE(reader.failed());
  }
}

TEST(ByteCodec, BytesLeftOverAreNotDone) {
  ByteReader reader("xy");
  reader.get<uint8_t>();
  EXPECT_FALSE(reader.failed());
  EXPECT_FALSE(reader.done());
}

TEST(ByteCodec, NothingIsDone) { EXPECT_TRUE(ByteReader("").done()); }

}  // namespace
}  // namespace mayfly::wire
