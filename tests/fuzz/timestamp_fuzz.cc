// SPDX-License-Identifier: Apache-2.0
// Times come with requests (GET /v1/usage?from=): what is read is a time that can be written and read again.

#include <string>

#include "base/timestamp.h"
#include "fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A copy of exactly this size, so that a read past its end is seen.
  std::string text(reinterpret_cast<const char*>(data), size);
  auto parsed = mayfly::parseTimestamp(text);
  if (!parsed.ok()) {
    FUZZ_CHECK(parsed.error().code == mayfly::ErrorCode::kUsage);
    FUZZ_CHECK(parsed.error().message.size() < 200);
    return 0;
  }
  constexpr int64_t kDay = 86'400'000;
  FUZZ_CHECK(*parsed >= -62'167'219'200'000 - kDay && *parsed < 253'402'300'800'000 + kDay);
  std::string written = mayfly::timestampText(*parsed);
  FUZZ_CHECK(written.size() == 24);
  auto again = mayfly::parseTimestamp(written);
  FUZZ_CHECK(again.ok() && mayfly::timestampText(*again) == written);
  // An offset may lead out of the years that can be written.
  if (*parsed >= -62'167'219'200'000 && *parsed <= 253'402'300'799'999) FUZZ_CHECK(*again == *parsed);
  return 0;
}
