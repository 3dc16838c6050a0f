// SPDX-License-Identifier: Apache-2.0
// parseRunDocument: what it accepts keeps every bound that a guest relies on, and is one JSON value wherever JSON is
// promised; what it refuses gets a sentence that a terminal can show.

#include <string>

#include "fuzz_input.h"
#include "scheduler/json_check.h"
#include "scheduler/json_members.h"
#include "scheduler/module_record.h"
#include "scheduler/run_document.h"

namespace {

void checkValue(const std::string& json, char first) {
  if (json.empty()) return;
  FUZZ_CHECK(mayfly::checkJson(json).ok());
  FUZZ_CHECK(first == 0 || json[0] == first);
}

void checkRequest(const mayfly::RunRequest& request) {
  FUZZ_CHECK(mayfly::checkModules(request.modules).ok());
  FUZZ_CHECK(mayfly::isCode(request.modules.front().language));
  for (const mayfly::SourceModule& module : request.modules) {
    auto name = mayfly::moduleName(module.name);
    FUZZ_CHECK(name.ok() && name.value() == module.name);
    if (module.language == mayfly::Language::kJson && module.name.find(".json") == std::string::npos) {
      checkValue(module.source, 0);
    }
  }
  checkValue(request.inputJson, 0);
  checkValue(request.argumentsJson, '[');
  checkValue(request.envJson, '{');
  checkValue(request.propsJson, 0);
  FUZZ_CHECK(request.inputJson.empty() || request.argumentsJson.empty());
  FUZZ_CHECK(request.limits.cpu.count() >= 1'000'000 && request.limits.wall.count() >= 1);
  FUZZ_CHECK(request.limits.memoryBytes >= (8U << 20U) && request.limits.memoryBytes <= (uint64_t{4} << 30U));
  FUZZ_CHECK(request.limits.outputBytes >= 16 && request.limits.outputBytes <= (64U << 20U));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A copy of exactly this size, so that a read past its end is seen.
  std::string text(reinterpret_cast<const char*>(data), size);
  auto request = mayfly::parseRunDocument(text);
  if (request.ok()) {
    checkRequest(request.value());
    return 0;
  }
  const mayfly::Error& error = request.error();
  FUZZ_CHECK(error.code == mayfly::ErrorCode::kUsage || error.code == mayfly::ErrorCode::kLimit);
  FUZZ_CHECK(!error.message.empty() && error.message.size() < 4096);
  return 0;
}
