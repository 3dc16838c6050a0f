// SPDX-License-Identifier: Apache-2.0
// parseWorkerDocument: what it accepts keeps to the ceilings, is the same program however it is written, and is one
// that a guest can be given; what it refuses gets a sentence.

#include <string>

#include "fuzz_input.h"
#include "scheduler/json_check.h"
#include "scheduler/json_members.h"
#include "scheduler/module_record.h"
#include "workers/worker_code.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A copy of exactly this size, so that a read past its end is seen.
  std::string text(reinterpret_cast<const char*>(data), size);
  mayfly::Limits ceilings;
  ceilings.cpu = std::chrono::milliseconds(100);
  auto code = mayfly::parseWorkerDocument(text, mayfly::Limits(), ceilings, mayfly::Bindings::kAllowed);
  if (!code.ok()) {
    const mayfly::Error& error = code.error();
    FUZZ_CHECK(error.code == mayfly::ErrorCode::kUsage || error.code == mayfly::ErrorCode::kLimit);
    FUZZ_CHECK(!error.message.empty() && error.message.size() < 4096);
    return 0;
  }
  FUZZ_CHECK(mayfly::checkRun(code->program).ok());
  FUZZ_CHECK(code->program.limits.cpu <= ceilings.cpu && code->program.limits.wall <= ceilings.wall);
  FUZZ_CHECK(code->program.limits.memoryBytes <= ceilings.memoryBytes);
  FUZZ_CHECK(code->hash.size() == 64);
  FUZZ_CHECK(code->program.inputJson.empty() && code->program.argumentsJson.empty());
  // Written in its canonical form it is the same worker.
  std::string canonical = mayfly::canonicalJson(text);
  FUZZ_CHECK(mayfly::checkJson(canonical).ok());
  FUZZ_CHECK(mayfly::canonicalJson(canonical) == canonical);
  auto again = mayfly::parseWorkerDocument(canonical, mayfly::Limits(), ceilings, mayfly::Bindings::kAllowed);
  bool same = again.ok() && again->hash == code->hash;
  // The value of a JSON module is the text as it was written.
  bool hasJsonModule = text.find("json") != std::string::npos;
  FUZZ_CHECK(same || hasJsonModule);
  return 0;
}
