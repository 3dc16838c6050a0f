// SPDX-License-Identifier: Apache-2.0
#include "cli/log_text.h"

#include <gtest/gtest.h>

namespace mayfly::cli {
namespace {

TEST(LogText, WritesPrimitivesAsConsoleLogDoes) {
  EXPECT_EQ(logText("[]"), "");
  EXPECT_EQ(logText(R"(["text",1,-1.5,true,null])"), "text 1 -1.5 true null");
  EXPECT_EQ(
      logText(R"([{"$mayfly":"undefined"},{"$mayfly":"number","value":"NaN"},{"$mayfly":"number","value":"-0"}])"),
      "undefined NaN -0");
  EXPECT_EQ(
      logText(
          R"([{"$mayfly":"bigint","value":"12"},{"$mayfly":"symbol","description":"s"},{"$mayfly":"function","name":"f"}])"),
      "12n Symbol(s) [Function: f]");
}

TEST(LogText, WritesObjectsAndLists) {
  EXPECT_EQ(logText(R"([{"a":1,"odd key":"it's","_x":{}}])"), R"({ a: 1, 'odd key': 'it\'s', _x: {} })");
  EXPECT_EQ(logText(R"([[1,"two",[]],{}])"), "[ 1, 'two', [] ] {}");
  EXPECT_EQ(logText(R"([{"$mayfly":"object","class":"Point","properties":{"x":1}}])"), "Point { x: 1 }");
  EXPECT_EQ(logText(R"([{"0":1,"1a":2,"a1":3}])"), "{ '0': 1, '1a': 2, a1: 3 }");
}

TEST(LogText, WritesCollections) {
  EXPECT_EQ(logText(R"([{"$mayfly":"Map","entries":[["k",{"n":1}],[1,2]]}])"), "Map { 'k' => { n: 1 }, 1 => 2 }");
  EXPECT_EQ(logText(R"([{"$mayfly":"Set","values":[1,"a"]}])"), "Set { 1, 'a' }");
  EXPECT_EQ(logText(R"([{"$mayfly":"Map","entries":[]}])"), "Map {}");
  EXPECT_EQ(logText(R"([{"$mayfly":"Uint8Array","length":2,"values":[1,2]}])"), "Uint8Array [ 1, 2 ]");
}

TEST(LogText, WritesSpecialObjects) {
  EXPECT_EQ(logText(R"([{"$mayfly":"date","value":"1970-01-01T00:00:00.000Z"},{"$mayfly":"regexp","value":"/a/g"}])"),
            "1970-01-01T00:00:00.000Z /a/g");
  EXPECT_EQ(logText(R"([{"$mayfly":"Error","name":"TypeError","message":"no"}])"), "[TypeError: no]");
  EXPECT_EQ(logText(R"([{"$mayfly":"circular"},{"$mayfly":"getter"},{"$mayfly":"proxy"}])"),
            "[circular] [getter] [proxy]");
  EXPECT_EQ(logText(R"([{"$mayfly":"promise","state":"pending"}])"), "Promise { <pending> }");
  EXPECT_EQ(
      logText(
          R"([[1,{"$mayfly":"more","count":800}],{"$mayfly":"object","class":"Object","properties":{"a":1},"more":5}])"),
      "[ 1, ... 800 more ] { a: 1, ... 5 more }");
  EXPECT_EQ(logText(R"([{"$mayfly":"more","class":"Point"}])"), "[Point]");
  EXPECT_EQ(logText(R"([{"$mayfly":"something new"}])"), "[something new]");
}

TEST(LogText, BreaksWhatIsTooWide) {
  std::string text = logText(
      R"([{"first":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","second":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","third":{"n":1}}])");
  EXPECT_EQ(text,
            "{\n"
            "  first: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',\n"
            "  second: 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',\n"
            "  third: { n: 1 }\n"
            "}");
}

TEST(LogText, AppliesFormats) {
  EXPECT_EQ(logText(R"(["%s is %d, %%, %j",  "Ada", 36, {"a":1}])"), R"(Ada is 36, %, {"a":1})");
  EXPECT_EQ(logText(R"(["%c red", "color: red"])"), " red");
  EXPECT_EQ(logText(R"(["%o %O", [1], {"a":"b"}])"), "[ 1 ] { a: 'b' }");
  EXPECT_EQ(logText(R"(["%s %s", "one"])"), "one %s");
  EXPECT_EQ(logText(R"(["%s", "one", "two", 3])"), "one two 3");
  EXPECT_EQ(logText(R"(["100%", "plain"])"), "100% plain");
  EXPECT_EQ(logText(R"(["%x %", 1])"), "%x % 1");
  EXPECT_EQ(logText(R"(["%s"])"), "%s");
  EXPECT_EQ(logText(R"([1, "%s", 2])"), "1 %s 2");
}

bool isHarmless(const std::string& text) {
  for (size_t i = 0; i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f) return false;
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;
  }
  return true;
}

TEST(LogText, LetsNoControlCharacterThrough) {
  const std::string nasty = R"(\u001b[31m\u0007\u009b1m\u007f\r\u0000)";
  const std::string places[] = {
      R"(["%"])",
      R"([["%"],{"%":"%"}])",
      R"([{"$mayfly":"%"},{"$mayfly":"object","class":"%","properties":{"%":1}},{"$mayfly":"symbol","description":"%"}])",
      R"([{"$mayfly":"function","name":"%"},{"$mayfly":"date","value":"%"},{"$mayfly":"bigint","value":"%"},{"$mayfly":"more","class":"%"}])",
      R"([{"$mayfly":"Error","name":"%","message":"%"},{"$mayfly":"promise","state":"%"},{"$mayfly":"Map","entries":[["%","%"]]}])",
      R"([{"$mayfly":"%","values":["%"]},{"$mayfly:more":"%"}])",
  };
  for (std::string json : places) {
    for (size_t at = 0; (at = json.find('%', at)) != std::string::npos; at += nasty.size()) json.replace(at, 1, nasty);
    EXPECT_TRUE(isHarmless(logText(json))) << json;
  }
  for (const char* format : {"%s", "%j", "%o", "%d", "%c"}) {
    EXPECT_TRUE(isHarmless(logText("[\"" + nasty + format + "\",\"" + nasty + "\",{\"a\":\"" + nasty + "\"}]")))
        << format;
  }
  EXPECT_TRUE(isHarmless(logText("not JSON \x1b[31m")));
}

TEST(LogText, ShowsWhatItEscaped) { EXPECT_EQ(logText(R"(["a\u001b[1m\u009b\u007f"])"), R"(a\x1b[1m\x9b\x7f)"); }

TEST(LogLine, IndentsContinuedLines) {
  wire::LogRecord log;
  log.argsJson = R"(["one\ntwo\n\nthree"])";
  EXPECT_EQ(logLine(log, Terminal(1)), "one\n  two\n  \n  three");
}

}  // namespace
}  // namespace mayfly::cli
