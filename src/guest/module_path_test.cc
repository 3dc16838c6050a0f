// SPDX-License-Identifier: Apache-2.0
#include "guest/module_path.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace mayfly::guest {
namespace {

TEST(ModulePath, ResolvesAsSeenFromTheReferrer) {
  EXPECT_EQ(resolveSpecifier("./b.js", "a.js"), "b.js");
  EXPECT_EQ(resolveSpecifier("./b.js", "lib/deep/a.js"), "lib/deep/b.js");
  EXPECT_EQ(resolveSpecifier("../b.js", "lib/deep/a.js"), "lib/b.js");
  EXPECT_EQ(resolveSpecifier("../../b.js", "lib/deep/a.js"), "b.js");
  EXPECT_EQ(resolveSpecifier(".//x/./y/../b.js", "lib/a.js"), "lib/x/b.js");
  EXPECT_EQ(resolveSpecifier("/b.js", "lib/a.js"), "b.js");
  EXPECT_EQ(resolveSpecifier("file:///lib/b%20c.js?x#y", "a.js"), "lib/b c.js");
  for (const char* outside : {"../b.js", "./../b.js", "./x/../../b.js", ".", "./", "/"}) {
    EXPECT_EQ(resolveSpecifier(outside, "a.js"), std::nullopt) << outside;
  }
}

TEST(ModulePath, KnowsBareNamesAndSchemes) {
  for (const char* relative : {"./a", "../a", "/a", ".", "..", "file:///a"})
    EXPECT_TRUE(isRelativeSpecifier(relative)) << relative;
  for (const char* bare : {"a", ".a", "...", "@x/y", "node:fs", "https://x/y", ""})
    EXPECT_FALSE(isRelativeSpecifier(bare)) << bare;
  EXPECT_EQ(schemeOf("node:fs"), "node");
  EXPECT_EQ(schemeOf("https://x"), "https");
  for (const char* none : {"lodash", "a b:c", "c:x", ":x", ""}) EXPECT_EQ(schemeOf(none), "") << none;
}

TEST(ModulePath, UrlsStandForNames) {
  for (const char* name : {"a.js", "lib/ä b.ts", "100%.js", "a?b#c.js"}) {
    EXPECT_EQ(nameOfModuleUrl(moduleUrl(name)), name);
  }
  EXPECT_EQ(moduleUrl("a b?.js"), "file:///a%20b%3F.js");
  EXPECT_EQ(nameOfModuleUrl("file:///a%2"), "a%2");
  EXPECT_EQ(nameOfModuleUrl("file:///a%zz%"), "a%zz%");
  EXPECT_EQ(nameOfModuleUrl("https://x/a"), std::nullopt);
}

TEST(ModulePath, RequireTriesExtensionsAndFolders) {
  std::vector<std::string> names = requireCandidates("lib");
  EXPECT_EQ(names.front(), "lib");
  for (const char* name : {"lib.js", "lib.cjs", "lib.json", "lib.ts", "lib/index.js", "lib/index.cjs"}) {
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
  }
}

}  // namespace
}  // namespace mayfly::guest
