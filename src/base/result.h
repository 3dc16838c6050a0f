// SPDX-License-Identifier: Apache-2.0
#pragma once

// Result<T>: a value or an Error. Expected host failures travel in it; guest failures are data
// (scheduler/outcome.h) and bugs abort (base/check.h). Nothing in our code throws.

#include <utility>
#include <variant>

#include "base/check.h"
#include "base/error.h"

namespace mayfly {

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    MAYFLY_CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    MAYFLY_CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    MAYFLY_CHECK(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  T* operator->() { return &value(); }

  const Error& error() const& {
    MAYFLY_CHECK(!ok());
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    MAYFLY_CHECK(!ok());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}  // NOLINT

  [[nodiscard]] bool ok() const { return !failed_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const& {
    MAYFLY_CHECK(failed_);
    return error_;
  }
  Error&& error() && {
    MAYFLY_CHECK(failed_);
    return std::move(error_);
  }

 private:
  Error error_;
  bool failed_ = false;
};

// Returns the error of `expression` to the caller, or goes on.
#define MAYFLY_TRY(expression)                                              \
  do {                                                                      \
    if (auto tried = (expression); !tried) return std::move(tried).error(); \
  } while (false)

}  // namespace mayfly
