// SPDX-License-Identifier: Apache-2.0
// mayfly.toml: a file that is refused is refused with its place, one that is accepted keeps to the ranges.

#include "api/daemon_config.h"

#include <string>

#include "fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  mayfly::api::DaemonConfig config;
  auto parsed = mayfly::api::parseConfig(text, "mayfly.toml", config);
  if (!parsed) {
    FUZZ_CHECK(parsed.error().message.starts_with("mayfly.toml:"));
    return 0;
  }
  FUZZ_CHECK(config.maxBodyBytes >= 1024 && config.maxBodyBytes <= (96U << 20U));
  FUZZ_CHECK(config.defaults.memoryBytes >= (8U << 20U) && config.defaults.memoryBytes <= (uint64_t{4} << 30U));
  FUZZ_CHECK(config.concurrent >= 1 && config.spares <= 1000 && config.drain.count() >= 0);
  return 0;
}
