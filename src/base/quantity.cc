// SPDX-License-Identifier: Apache-2.0
#include "base/quantity.h"

#include <charconv>
#include <cmath>
#include <span>
#include <string>

namespace mayfly {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr Unit kDurations[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};
constexpr double kKilo = 1024;
constexpr Unit kSizes[] = {{"", 1},
                           {"B", 1},
                           {"KB", kKilo},
                           {"KiB", kKilo},
                           {"MB", kKilo* kKilo},
                           {"MiB", kKilo* kKilo},
                           {"GB", kKilo* kKilo* kKilo},
                           {"GiB", kKilo* kKilo* kKilo}};

// Nothing of ours lasts or holds more than this; larger numbers would overflow on the way.
constexpr double kLargest = 9e18;

bool sameLetters(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if ((a[i] | 0x20) != (b[i] | 0x20)) return false;
  }
  return true;
}

Result<double> parse(std::string_view text, std::span<const Unit> units, std::string_view example) {
  Error wrong{ErrorCode::kUsage, "'" + std::string(text) + "' is not a quantity such as " + std::string(example)};
  double number = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || !std::isfinite(number) || number < 0) return wrong;
  std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  for (const Unit& each : units) {
    if (!sameLetters(unit, each.name)) continue;
    if (number * each.factor > kLargest) return wrong;
    return number * each.factor;
  }
  return wrong;
}

}  // namespace

Result<std::chrono::nanoseconds> parseDuration(std::string_view text) {
  auto nanos = parse(text, kDurations, "50ms or 2s");
  if (!nanos) return std::move(nanos).error();
  return std::chrono::nanoseconds(static_cast<int64_t>(*nanos));
}

Result<uint64_t> parseBytes(std::string_view text) {
  auto bytes = parse(text, kSizes, "64MB or 256KB");
  if (!bytes) return std::move(bytes).error();
  return static_cast<uint64_t>(*bytes);
}

}  // namespace mayfly
