// SPDX-License-Identifier: Apache-2.0
#include "guest/commonjs_names.h"

#include <gtest/gtest.h>

namespace mayfly::guest {
namespace {

using Names = std::vector<std::string>;

TEST(CommonJsNames, FindsAssignments) {
  EXPECT_EQ(commonJsNames("exports.a = 1; module.exports.b = 2; exports['c'] = 3;"), Names({"a", "b", "c"}));
  EXPECT_EQ(commonJsNames("exports.a = exports.b = void 0;\nexports.a = 1"), Names({"a", "b"}));
  EXPECT_EQ(
      commonJsNames(R"(Object.defineProperty(exports, "x", { get }); Object.defineProperty(module.exports, 'y', {}))"),
      Names({"x", "y"}));
}

TEST(CommonJsNames, FindsKeysOfALiteral) {
  EXPECT_EQ(commonJsNames("module.exports = { a, b: c, 'd': 1, e() {} }"), Names({"a", "b", "d", "e"}));
  EXPECT_EQ(commonJsNames("module.exports = {\n  // first\n  a,\n  /* second */ b\n};"), Names({"a", "b"}));
  EXPECT_EQ(commonJsNames("module.exports = { a, ...rest, b }"), Names({"a"}));
  EXPECT_EQ(commonJsNames("module.exports = { a: f(1), b }"), Names({"a"})) << "up to what is not plain";
}

TEST(CommonJsNames, IsNotFooled) {
  for (const char* source : {"", "exports", "exports.", "module.exports", "module.exports =", "module.exports = {",
                             "exports.a == 1", "// exports.a = 1", "/* exports.a = 1 */", "'exports.a = 1'",
                             "`exports.a = 1`", "/*", "exports.default = 1", "myexports.a = 1", "exports[name] = 1",
                             "exports['not-a-word'] = 1", "\"unclosed", "Object.defineProperty(exports"}) {
    EXPECT_EQ(commonJsNames(source), Names()) << source;
  }
}

TEST(CommonJsNames, IsBounded) {
  std::string source;
  for (int i = 0; i < 2000; ++i) source += "exports.a" + std::to_string(i) + " = 1;\n";
  EXPECT_EQ(commonJsNames(source).size(), 1000U);
  EXPECT_EQ(commonJsNames("exports." + std::string(300, 'a') + " = 1"), Names());
}

}  // namespace
}  // namespace mayfly::guest
