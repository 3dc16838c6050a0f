// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a guest says, read as far as anything may be made of it: decoded within bounds (wire/guest_protocol.h), and what
// claims to be JSON checked to be JSON. Each function fails with E_PROTO: the guest is to be killed.

#include <string_view>

#include "base/result.h"
#include "scheduler/outcome.h"
#include "wire/guest_protocol.h"

namespace mayfly {

// An honest guest stops logging at its limit, and says so in a record that is a little beyond it.
constexpr uint64_t kTruncationNotice = 256;

Result<wire::LogRecord> readLog(std::string_view payload);
Result<RunError> readFailure(std::string_view payload);

// A result within the limit; or the error that takes its place: E_OUTPUT, or E_RESULT when it is nested too deeply.
struct CheckedResult {
  wire::ResultValue value;
  std::optional<RunError> error;
};
Result<CheckedResult> readResult(std::string_view payload, uint64_t outputBytes);

}  // namespace mayfly
