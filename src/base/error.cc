// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <array>
#include <cerrno>
#include <cstring>

namespace mayfly {
namespace {

constexpr std::array kTable = {
#define MAYFLY_ERROR(enumerator, code, http, mcp, retryable, exitStatus, meaning) \
  ErrorInfo{code, http, mcp, retryable, exitStatus, meaning},
#include "base/error_codes.def"
#undef MAYFLY_ERROR
};

}  // namespace

const ErrorInfo& errorInfo(ErrorCode code) { return kTable.at(static_cast<size_t>(code)); }

std::optional<ErrorCode> errorCodeFromText(std::string_view text) {
  for (size_t i = 0; i < kTable.size(); ++i) {
    if (kTable[i].code == text) return static_cast<ErrorCode>(i);
  }
  return std::nullopt;
}

Error errnoError(std::string_view what, ErrorCode code) {
  int saved = errno;
  return Error{code, std::string(what) + ": " + strerrordesc_np(saved)};
}

}  // namespace mayfly
