// SPDX-License-Identifier: Apache-2.0
#include "base/timestamp.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <optional>

namespace mayfly {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::sys_days;

constexpr int64_t kFirst = -62'167'219'200'000;  // 0000-01-01T00:00:00.000Z
constexpr int64_t kLast = 253'402'300'799'999;   // 9999-12-31T23:59:59.999Z

// Takes things off the front of a text; once something does not fit, nothing does.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  // Exactly so many digits.
  int digits(size_t count) {
    int value = 0;
    for (size_t i = 0; i < count; ++i) {
      char digit = next();
      if (digit < '0' || digit > '9') failed_ = true;
      value = value * 10 + (digit - '0');
    }
    return failed_ ? 0 : value;
  }
  void expect(char wanted) { failed_ |= next() != wanted; }
  // One of the characters; 0 when the text does not go on with one.
  char take(std::string_view anyOf) {
    if (rest_.empty() || anyOf.find(rest_.front()) == std::string_view::npos) return 0;
    return next();
  }
  // Tenths, hundredths and so on, cut to thousandths.
  int thousandths() {
    int value = 0;
    int weight = 100;
    size_t count = 0;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; ++count, weight /= 10) {
      value += (next() - '0') * weight;
    }
    failed_ |= count == 0;
    return value;
  }
  [[nodiscard]] bool atEnd() const { return rest_.empty(); }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  char next() {
    if (rest_.empty()) {
      failed_ = true;
      return 0;
    }
    char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  std::string_view rest_;
  bool failed_ = false;
};

std::optional<int64_t> readOffsetMinutes(Reader& reader) {
  char sign = reader.take("Zz+-");
  if (sign == 0) return std::nullopt;
  if (sign == 'Z' || sign == 'z') return 0;
  int hours = reader.digits(2);
  reader.expect(':');
  int minutes = reader.digits(2);
  if (hours > 23 || minutes > 59) return std::nullopt;
  return (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
}

std::optional<int64_t> readTime(Reader& reader) {
  int hours = reader.digits(2);
  reader.expect(':');
  int minutes = reader.digits(2);
  reader.expect(':');
  int seconds = reader.digits(2);
  int fraction = reader.take(".") != 0 ? reader.thousandths() : 0;
  auto offset = readOffsetMinutes(reader);
  if (!offset || hours > 23 || minutes > 59 || seconds > 60) return std::nullopt;
  return ((int64_t{hours} * 60 + minutes - *offset) * 60 + seconds) * 1000 + fraction;
}

std::optional<int64_t> read(std::string_view text) {
  Reader reader(text);
  int year = reader.digits(4);
  reader.expect('-');
  int month = reader.digits(2);
  reader.expect('-');
  int day = reader.digits(2);
  std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                   std::chrono::day(static_cast<unsigned>(day))};
  if (reader.failed() || !date.ok()) return std::nullopt;
  int64_t midnight = milliseconds(sys_days(date).time_since_epoch()).count();
  if (reader.atEnd()) return midnight;
  if (reader.take("Tt ") == 0) return std::nullopt;
  auto time = readTime(reader);
  if (!time || reader.failed() || !reader.atEnd()) return std::nullopt;
  return midnight + *time;
}

}  // namespace

std::string timestampText(int64_t millis) {
  millis = std::clamp(millis, kFirst, kLast);
  auto day = std::chrono::floor<days>(milliseconds(millis));
  std::chrono::year_month_day date{sys_days(day)};
  auto rest = static_cast<int>((milliseconds(millis) - day).count());
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), rest / 3'600'000,
                rest / 60'000 % 60, rest / 1000 % 60, rest % 1000);
  return text.data();
}

Result<int64_t> parseTimestamp(std::string_view text) {
  if (auto millis = read(text)) return *millis;
  return Error{ErrorCode::kUsage,
               "'" + std::string(text.substr(0, 40)) + "' is no time; write it as 2026-11-21T09:30:00Z or 2026-11-21"};
}

}  // namespace mayfly
