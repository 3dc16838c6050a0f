// SPDX-License-Identifier: Apache-2.0
#include "scheduler/guest_words.h"

#include <utility>

#include "scheduler/json_check.h"
#include "scheduler/verdict.h"

namespace mayfly {
namespace {

bool isJsonOrEmpty(const std::string& text) { return text.empty() || checkJson(text).ok(); }

Error broken(const char* how) { return Error{ErrorCode::kProtocol, std::string("a guest sent ") + how}; }

}  // namespace

Result<wire::LogRecord> readLog(std::string_view payload) {
  auto log = wire::decodeLog(payload);
  if (log.ok() && (!log->argsJson.starts_with('[') || !checkJson(log->argsJson).ok())) {
    return broken("a log record that is not JSON");
  }
  return log;
}

Result<RunError> readFailure(std::string_view payload) {
  auto failure = wire::decodeFailure(payload);
  if (!failure) return std::move(failure).error();
  bool valid = isJsonOrEmpty(failure->detailJson);
  for (const wire::Failure& cause : failure->causes) valid = valid && isJsonOrEmpty(cause.detailJson);
  if (!valid) return broken("a thrown value that is not JSON");
  return fromFailure(*failure);
}

Result<CheckedResult> readResult(std::string_view payload, uint64_t outputBytes) {
  auto result = wire::decodeResult(payload);
  if (!result) return std::move(result).error();
  CheckedResult checked{std::move(result).value(), {}};
  if (checked.value.json.size() > outputBytes) {
    checked.error = limitError(ErrorCode::kOutput, "outputBytes", "the result is larger than outputBytes");
  } else if (checked.value.defined) {
    auto valid = checkJson(checked.value.json);
    if (!valid && valid.error().code != ErrorCode::kLimit) return valid.error();
    if (!valid) {
      checked.error = fromError({ErrorCode::kResult, "the result cannot be returned: " + valid.error().message});
    }
  }
  return checked;
}

}  // namespace mayfly
