// SPDX-License-Identifier: Apache-2.0
#include "scheduler/code_frame.h"

#include <gtest/gtest.h>

namespace mayfly {
namespace {

TEST(CodeFrame, ShowsThreeLinesAroundAndAMark) {
  EXPECT_EQ(codeFrame("a\nb\nc\nd\nee\nf\ng\nh\ni\n", 5, 2),
            "  2 | b\n"
            "  3 | c\n"
            "  4 | d\n"
            "> 5 | ee\n"
            "    |  ^\n"
            "  6 | f\n"
            "  7 | g\n"
            "  8 | h\n");
}

TEST(CodeFrame, AtBothEndsOfTheSource) {
  EXPECT_EQ(codeFrame("only", 1, 1), "> 1 | only\n    | ^\n");
  EXPECT_EQ(codeFrame("a\nb", 2, 2), "  1 | a\n> 2 | b\n    |  ^\n");
}

TEST(CodeFrame, AlignsTheNumbers) {
  std::string source;
  for (int i = 1; i <= 12; ++i) source += "x\n";
  EXPECT_EQ(codeFrame(source, 9, 1),
            "   6 | x\n   7 | x\n   8 | x\n>  9 | x\n     | ^\n  10 | x\n  11 | x\n  12 | x\n");
}

TEST(CodeFrame, LeavesOutEmptyLinesAtTheEnd) {
  EXPECT_EQ(codeFrame("a\n\n\n\n\n", 1, 1), "> 1 | a\n    | ^\n");
  EXPECT_EQ(codeFrame("a\n\n\n", 3, 1), "  1 | a\n  2 | \n> 3 | \n    | ^\n");
}

TEST(CodeFrame, NothingForALineThatIsNotThere) {
  EXPECT_EQ(codeFrame("a\n", 0, 1), "");
  EXPECT_EQ(codeFrame("a\nb", 3, 1), "");
  EXPECT_EQ(codeFrame("a\n", UINT32_MAX, UINT32_MAX), "");
  EXPECT_EQ(codeFrame("", 2, 1), "");
}

TEST(CodeFrame, NoMarkWithoutAColumn) { EXPECT_EQ(codeFrame("a", 1, 0), "> 1 | a\n"); }

TEST(CodeFrame, AColumnBeyondTheLineMarksItsEnd) {
  EXPECT_EQ(codeFrame("abc", 1, UINT32_MAX), "> 1 | abc\n    |    ^\n");
}

TEST(CodeFrame, CountsLinesAsJavaScriptDoes) {
  // LF, CRLF, CR, U+2028, U+2029; each of them ends one line.
  const std::string source =
      "1\n2\r\n3\r4\xE2\x80\xA8"
      "5\xE2\x80\xA9"
      "6";
  for (uint32_t line = 1; line <= 6; ++line) {
    std::string frame = codeFrame(source, line, 1);
    std::string number = std::to_string(line);
    EXPECT_NE(frame.find("> " + number + " | " + number + "\n"), std::string::npos) << frame;
  }
  EXPECT_EQ(codeFrame(source, 7, 1), "");
}

TEST(CodeFrame, ColumnsAreUtf16Units) {
  // One unit each for the letters of one to three bytes, two for the note.
  const std::string line = "a\xC3\xA4\xE2\x82\xAC\xF0\x9D\x84\x9E!";
  EXPECT_TRUE(codeFrame(line, 1, 4).ends_with("|    ^\n"));   // the note itself: three characters before it
  EXPECT_TRUE(codeFrame(line, 1, 6).ends_with("|     ^\n"));  // the exclamation mark: four
}

TEST(CodeFrame, TabsAndControlCharactersTakeOnePlace) {
  EXPECT_EQ(codeFrame("\t\x1b[2Jx", 1, 6), "> 1 |   [2Jx\n    |      ^\n");
  EXPECT_EQ(codeFrame(std::string_view("a\0b", 3), 1, 3), "> 1 | a b\n    |   ^\n");
}

// C0, DEL and C1 alike: a frame is printed as it is.
TEST(CodeFrame, NoControlCharacterGetsThrough) {
  EXPECT_EQ(codeFrame("a\x7f\xC2\x9B"
                      "1m\xC2\xA0z",
                      1, 1),
            "> 1 | a  1m\xC2\xA0z\n    | ^\n");
  std::string source;
  for (char byte = 1; byte < 0x20; ++byte) source += byte;
  for (uint32_t line = 1; line <= 4; ++line) {
    for (char c : codeFrame(source, line, 1)) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
  }
}

TEST(CodeFrame, CutsLongLinesAroundTheMark) {
  std::string line = std::string(5000, 'a') + "HERE" + std::string(5000, 'b');
  std::string frame = codeFrame("short\n" + line + "\nshort", 2, 5001);
  EXPECT_NE(frame.find("aHEREb"), std::string::npos);
  for (size_t begin = 0; begin < frame.size();) {
    size_t end = frame.find('\n', begin);
    EXPECT_LT(end - begin, 180U);
    begin = end + 1;
  }
  size_t text = frame.find("HERE");
  size_t lineStart = frame.rfind('\n', text) + 1;
  size_t markLine = frame.find('\n', text) + 1;
  EXPECT_EQ(frame.find('^', markLine) - markLine, text - lineStart);
}

TEST(CodeFrame, InvalidUtf8IsOneCharacterAByte) {
  EXPECT_EQ(codeFrame("\xFF\xFFx", 1, 3), "> 1 | \xFF\xFFx\n    |   ^\n");
}

}  // namespace
}  // namespace mayfly
