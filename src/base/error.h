// SPDX-License-Identifier: Apache-2.0
#pragma once

// Errors as values. The code comes from error_codes.def; the message says what, where and what to do.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mayfly {

enum class ErrorCode : uint8_t {
#define MAYFLY_ERROR(enumerator, ...) enumerator,
#include "base/error_codes.def"
#undef MAYFLY_ERROR
};

struct ErrorInfo {
  std::string_view code;
  int http;
  int mcp;
  bool retryable;
  int exitStatus;
  std::string_view meaning;
};

// The row of the table. Never fails: every enumerator has one.
const ErrorInfo& errorInfo(ErrorCode code);

// The enumerator of a code as text ("E_CPU"), or nothing.
std::optional<ErrorCode> errorCodeFromText(std::string_view text);

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;

  // The same error seen from one door further out: "opening the workspace: <message>".
  [[nodiscard]] Error within(std::string_view door) && {
    message.insert(0, std::string(door) + ": ");
    return std::move(*this);
  }
};

// An Error that carries errno's text. Call it before anything else can change errno.
Error errnoError(std::string_view what, ErrorCode code = ErrorCode::kInternal);

}  // namespace mayfly
