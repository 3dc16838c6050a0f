// SPDX-License-Identifier: Apache-2.0
#include "api/daemon_config.h"

#include <gtest/gtest.h>

namespace mayfly::api {
namespace {

std::string refusal(std::string_view text) {
  DaemonConfig config;
  auto parsed = parseConfig(text, "mayfly.toml", config);
  return parsed.ok() ? "" : parsed.error().message;
}

TEST(DaemonConfig, EverySetting) {
  DaemonConfig config;
  auto parsed = parseConfig(
      "listen = [\"127.0.0.1:1\", \"unix:/run/m.sock\"]\ndata = \"/d\"\ndrainSeconds = 5\nmaxBodyBytes = \"1MB\"\n"
      "spares = 4\n[defaults]\ncpuMs = 7.5\n[ceilings]\nmemoryMb = 256\n[workers]\nmemory = \"1GB\"\nidleMinutes = 2\n"
      "[tenants]\nconcurrent = 3\nqueued = 4\nidleMinutes = 5\n",
      "mayfly.toml", config);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(config.listen.size(), 2U);
  EXPECT_EQ(config.data, "/d");
  EXPECT_EQ(config.drain.count(), 5);
  EXPECT_EQ(config.maxBodyBytes, 1U << 20U);
  EXPECT_EQ(config.spares, 4U);
  EXPECT_EQ(config.defaults.cpu.count(), 7'500'000);
  EXPECT_EQ(config.ceilings.memoryBytes, 256U << 20U);
  EXPECT_EQ(config.workerMemoryBytes, 1U << 30U);
  EXPECT_EQ(config.concurrent, 3U);
  EXPECT_EQ(config.tenantIdle.count(), 5);
}

TEST(DaemonConfig, MistakesAreTold) {
  EXPECT_TRUE(refusal(std::string("spares = 2\n[\0]", 14)).starts_with("mayfly.toml:2:1: a control character"));
  EXPECT_TRUE(refusal("[\n").starts_with("mayfly.toml:1:1: a table needs a name"));
  EXPECT_TRUE(refusal("spares = 1\n [[ ]]").starts_with("mayfly.toml:2:1: a table needs a name"));
  EXPECT_TRUE(refusal("listen = \"127.0.0.1:7070\"\nspars = 2\n").starts_with("mayfly.toml:2:1: "))
      << refusal("spars = 2");
  EXPECT_NE(refusal("spars = 2").find("spares"), std::string::npos);
  EXPECT_NE(refusal("[defaults]\ncpums = 2").find("cpuMs"), std::string::npos);
  EXPECT_NE(refusal("[tenant]\nqueued = 2").find("tenants"), std::string::npos);
  EXPECT_TRUE(refusal("spares = \"2\"").starts_with("mayfly.toml:1:10: ")) << refusal("spares = \"2\"");
  for (const char* text : {"spares = -1", "spares = 1001", "spares = nan", "listen = 7070", "listen = []",
                           "listen = \"nowhere\"", "data = \"\"", "maxBodyBytes = \"much\"", "defaults = 1",
                           "durable = 1", "a = ", "spares = 1\nspares = 2", "[workers]\nmemory = -5"}) {
    EXPECT_NE(refusal(text), "") << text;
  }
}

}  // namespace
}  // namespace mayfly::api
