// SPDX-License-Identifier: Apache-2.0
// Quantities from the command line (and later from requests): accepted ones are within what a caller can compute with.

#include "base/quantity.h"
#include "fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  auto duration = mayfly::parseDuration(text);
  if (duration.ok()) {
    FUZZ_CHECK(duration->count() >= 0);
    FUZZ_CHECK(text[0] == '.' || text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
  } else {
    FUZZ_CHECK(duration.error().code == mayfly::ErrorCode::kUsage);
  }
  auto bytes = mayfly::parseBytes(text);
  if (bytes.ok()) {
    FUZZ_CHECK(*bytes <= 9'000'000'000'000'000'000U);
    FUZZ_CHECK(mayfly::parseBytes(std::to_string(*bytes) + "B").ok());
  } else {
    FUZZ_CHECK(bytes.error().code == mayfly::ErrorCode::kUsage);
  }
  return 0;
}
