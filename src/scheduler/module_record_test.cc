// SPDX-License-Identifier: Apache-2.0
#include "scheduler/module_record.h"

#include <gtest/gtest.h>

namespace mayfly {
namespace {

TEST(ModuleRecord, TheExtensionSaysWhatAModuleIs) {
  const std::pair<const char*, Language> cases[] = {
      {"a.js", Language::kJavaScript},   {"lib/a.mjs", Language::kJavaScript},
      {"a.d.ts", Language::kTypeScript}, {"a.mts", Language::kTypeScript},
      {"a.tsx", Language::kTsx},         {"a.jsx", Language::kJsx},
      {"a.cjs", Language::kCommonJs},    {"a.json", Language::kJson},
      {"a.csv", Language::kText},        {"a.bin", Language::kData},
      {"a.wasm", Language::kWasm}};
  for (const auto& [name, language] : cases) {
    auto found = languageOfModule(name);
    ASSERT_TRUE(found.ok()) << name;
    EXPECT_EQ(found.value(), language) << name;
  }
  for (const char* name : {"a", ".js", "a.py", "a.js.txt2", "js", "a.JS", ""}) {
    auto found = languageOfModule(name);
    ASSERT_FALSE(found.ok()) << name;
    EXPECT_EQ(found.error().code, ErrorCode::kUsage);
    EXPECT_NE(found.error().message.find(".wasm"), std::string::npos) << "lists what is known";
  }
}

TEST(ModuleRecord, NamesArePlainRelativePaths) {
  EXPECT_EQ(moduleName("a.js").value(), "a.js");
  EXPECT_EQ(moduleName("./lib/a.js").value(), "lib/a.js");
  EXPECT_EQ(moduleName("././a.js").value(), "a.js");
  EXPECT_EQ(moduleName("with space/ä.ts").value(), "with space/ä.ts");
  for (std::string_view name :
       {"", "./", "/a.js", "../a.js", "a/../b.js", "a//b.js", "a/", "a/./b.js", "a\\b.js", "a\nb.js", "\xFF.js"}) {
    ASSERT_FALSE(moduleName(name).ok()) << name;
    EXPECT_EQ(moduleName(name).error().code, ErrorCode::kUsage) << name;
  }
  EXPECT_EQ(moduleName(std::string(1025, 'a')).error().code, ErrorCode::kLimit);
  std::string deep;
  for (int i = 0; i < 65; ++i) deep += "d/";
  EXPECT_EQ(moduleName(deep + "a.js").error().code, ErrorCode::kLimit);
}

ErrorCode verdict(const std::vector<SourceModule>& modules) {
  auto checked = checkModules(modules);
  return checked.ok() ? static_cast<ErrorCode>(0xff) : checked.error().code;
}

TEST(ModuleRecord, ChecksTheWholeRecord) {
  SourceModule main{"main.js", Language::kJavaScript, "1"};
  EXPECT_EQ(verdict({main}), static_cast<ErrorCode>(0xff));
  EXPECT_EQ(verdict({main, {"a.bin", Language::kData, "\xFF\xFE"}}), static_cast<ErrorCode>(0xff));
  EXPECT_EQ(verdict({}), ErrorCode::kUsage);
  EXPECT_EQ(verdict({main, {"a.js", Language::kJavaScript, ""}, {"a.js", Language::kText, ""}}), ErrorCode::kUsage);
  EXPECT_EQ(verdict({main, {"a.txt", Language::kText, "\xFF"}}), ErrorCode::kUsage);
  EXPECT_EQ(verdict({{"a.json", Language::kJson, "1"}}), ErrorCode::kUsage);
  EXPECT_EQ(verdict({{"a.wasm", Language::kWasm, "1"}}), ErrorCode::kUsage);
  EXPECT_EQ(verdict({main, {std::string(1025, 'n'), Language::kText, ""}}), ErrorCode::kLimit);
}

TEST(ModuleRecord, CountsModulesAndBytes) {
  std::vector<SourceModule> modules;
  for (size_t i = 0; i < wire::kMaxModules; ++i)
    modules.push_back({std::to_string(i) + ".js", Language::kJavaScript, ""});
  EXPECT_EQ(verdict(modules), static_cast<ErrorCode>(0xff));
  modules.push_back({"more.js", Language::kJavaScript, ""});
  EXPECT_EQ(verdict(modules), ErrorCode::kLimit);
  std::string half(wire::kMaxModuleBytes / 2, ' ');
  EXPECT_EQ(verdict({{"a.js", Language::kJavaScript, half}, {"b.txt", Language::kText, half}}), ErrorCode::kLimit);
}

}  // namespace
}  // namespace mayfly
