// SPDX-License-Identifier: Apache-2.0
#include "cli/run_input.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace mayfly::cli {
namespace {

namespace fs = std::filesystem;

class RunInput : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "run_input_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, std::string_view bytes) {
    std::string path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  static void expectUsage(const Error& error, std::string_view part) {
    EXPECT_EQ(error.code, ErrorCode::kUsage);
    EXPECT_NE(error.message.find(part), std::string::npos) << error.message;
  }

  std::string folder_;
};

TEST_F(RunInput, TheExtensionNamesTheLanguage) {
  const std::pair<const char*, Language> cases[] = {{"a.js", Language::kJavaScript}, {"a.mjs", Language::kJavaScript},
                                                    {"a.ts", Language::kTypeScript}, {"a.mts", Language::kTypeScript},
                                                    {"a.b.tsx", Language::kTsx},     {"a.jsx", Language::kJsx}};
  for (const auto& [name, language] : cases) {
    auto program = readProgram(file(name, "1;"));
    ASSERT_TRUE(program.ok()) << name;
    EXPECT_EQ(program->language, language) << name;
    EXPECT_EQ(program->name, name);
    EXPECT_EQ(program->source, "1;");
  }
}

TEST_F(RunInput, RefusesOtherExtensions) {
  for (const char* name : {"a.py", "a", "a.json", "a.TS.txt", ".ts"}) {
    auto program = readProgram(file(name, "1;"));
    ASSERT_FALSE(program.ok()) << name;
    expectUsage(program.error(), ".js .mjs .ts .mts .tsx .jsx");
  }
}

TEST_F(RunInput, SaysWhatIsWrongWithAProgram) {
  expectUsage(readProgram(folder_ + "/none.ts").error(), "No such file or directory");
  ASSERT_EQ(::mkdir((folder_ + "/folder.ts").c_str(), 0755), 0);
  expectUsage(readProgram(folder_ + "/folder.ts").error(), "is a folder");
  expectUsage(readProgram(file("empty.js", "")).error(), "empty");
  expectUsage(readProgram(file("blank.js", " \n\t\r\n")).error(), "empty");
  expectUsage(readProgram(file("binary.js",
                               "\x7f"
                               "ELF\xFF\xFE"))
                  .error(),
              "not UTF-8");
  expectUsage(readProgram(file("latin1.js", "\"\xE4\"")).error(), "not UTF-8");
}

TEST_F(RunInput, AByteOrderMarkIsNoPartOfTheProgram) {
  auto program = readProgram(file("bom.js",
                                  "\xEF\xBB\xBF"
                                  "1;"));
  ASSERT_TRUE(program.ok());
  EXPECT_EQ(program->source, "1;");
}

TEST_F(RunInput, RefusesWhatIsTooLarge) {
  std::string path = file("large.js", "");
  fs::resize_file(path, (64U << 20) + 1);  // a hole: the bytes are zeros
  expectUsage(readProgram(path).error(), "64 MiB");
}

TEST_F(RunInput, InputIsJsonOrNothing) {
  EXPECT_EQ(readInput("", {}).value(), "");
  EXPECT_EQ(readInput(R"({"n": 3})", {}).value(), R"({"n": 3})");
  EXPECT_EQ(readInput("null", {}).value(), "null");
  for (const char* json : {"{n:3}", "undefined", "'a'", "{", "1 2"}) {
    auto input = readInput(json, {});
    ASSERT_FALSE(input.ok()) << json;
    expectUsage(input.error(), "--input '{\"n\": 3}'");
  }
}

TEST_F(RunInput, InputFromAFile) {
  EXPECT_EQ(readInput("@" + file("in.json", "[1, 2]\n"), {}).value(), "[1, 2]\n");
  expectUsage(readInput("@" + folder_ + "/none.json", {}).error(), "No such file");
  expectUsage(readInput("@" + file("bad.json", "[1,"), {}).error(), "not JSON");
}

TEST_F(RunInput, FilesBecomeMembers) {
  std::string text = file("notes.txt", "a \"b\"\n\x01");
  std::string json = file("fx.json", "{\"EUR\": 1}");
  auto input = readInput("", {"notes=" + text, "fx=" + json, "odd \"name\"=" + text});
  ASSERT_TRUE(input.ok());
  EXPECT_EQ(*input, R"({"notes":"a \"b\"\n\u0001","fx":{"EUR": 1},"odd \"name\"":"a \"b\"\n\u0001"})");
}

TEST_F(RunInput, APathMayHoldAnEqualsSign) {
  auto input = readInput("", {"a=" + file("x=y.txt", "z")});
  ASSERT_TRUE(input.ok());
  EXPECT_EQ(*input, R"({"a":"z"})");
}

TEST_F(RunInput, SaysWhatIsWrongWithAFile) {
  expectUsage(readInput("", {"orders.csv"}).error(), "NAME=PATH");
  expectUsage(readInput("", {"=orders.csv"}).error(), "NAME=PATH");
  expectUsage(readInput("", {"a=" + folder_ + "/none"}).error(), "No such file");
  expectUsage(readInput("", {"a=" + folder_}).error(), "is a folder");
  expectUsage(readInput("", {"a=" + file("b", "\xFF")}).error(), "not UTF-8");
  expectUsage(readInput("", {"a=" + file("b.json", "{")}).error(), "b.json");
  expectUsage(readInput("1", {"a=" + file("c", "c")}).error(), "not both");
}

}  // namespace
}  // namespace mayfly::cli
