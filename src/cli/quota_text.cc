// SPDX-License-Identifier: Apache-2.0
#include "cli/quota_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/json_text.h"
#include "base/quantity.h"
#include "cli/terminal.h"

namespace mayfly::cli {
namespace {

constexpr double kMostSeconds = 1e9;
constexpr uint64_t kMostWindow = uint64_t{366} * 86'400'000;

struct Unit {
  std::string_view name;
  uint64_t millis;
};
constexpr std::array<Unit, 4> kUnits = {{{"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

Error wrong(std::string_view flag, std::string_view value, std::string_view wanted) {
  return {ErrorCode::kUsage,
          std::string(flag) + ": " + printable(value.substr(0, 40)) + " is not " + std::string(wanted)};
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  bool good = failure == std::errc() && end == text.data() + text.size() && std::isfinite(value) && value > 0;
  return good ? std::optional(value) : std::nullopt;
}

// "h", "15m": milliseconds.
std::optional<uint64_t> window(std::string_view text) {
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.name)) continue;
    text.remove_suffix(unit.name.size());
    uint64_t count = 1;
    if (!text.empty()) {
      auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
      if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    }
    return count > 0 && count <= kMostWindow / unit.millis ? std::optional(count * unit.millis) : std::nullopt;
  }
  return std::nullopt;
}

struct PerTime {
  double amount;
  uint64_t millis;
};
std::optional<PerTime> perTime(std::string_view text) {
  size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto amount = number(text.substr(0, slash));
  auto millis = window(text.substr(slash + 1));
  if (!amount || !millis) return std::nullopt;
  return PerTime{*amount, *millis};
}

std::string windowText(uint64_t millis) {
  for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
    if (millis % unit->millis != 0) continue;
    return (millis == unit->millis ? "" : std::to_string(millis / unit->millis)) + std::string(unit->name);
  }
  return std::to_string(millis) + "ms";
}

std::string numberText(double value) {
  std::string text;
  appendJsonNumber(text, value);
  return text;
}

}  // namespace

Result<Quota> parseQuota(const QuotaFlags& flags) {
  Quota quota;
  if (!flags.concurrent.empty()) {
    const char* end = flags.concurrent.data() + flags.concurrent.size();
    auto read = std::from_chars(flags.concurrent.data(), end, quota.concurrent);
    if (read.ec != std::errc() || read.ptr != end || quota.concurrent == 0) {
      return wrong("--concurrent", flags.concurrent, "a number of sandboxes, such as 64");
    }
  }
  if (!flags.cpuSeconds.empty()) {
    auto cpu = perTime(flags.cpuSeconds);
    if (!cpu || cpu->amount > kMostSeconds)
      return wrong("--cpu-seconds", flags.cpuSeconds, "seconds per time, such as 3600/h");
    quota.cpuNanos = static_cast<uint64_t>(std::llround(cpu->amount * 1e9));
    quota.windowMillis = cpu->millis;
    if (quota.cpuNanos == 0) return wrong("--cpu-seconds", flags.cpuSeconds, "seconds per time, such as 3600/h");
  }
  if (!flags.memory.empty()) {
    auto bytes = parseBytes(flags.memory);
    if (!bytes) return std::move(bytes).error().within("--memory");
    if (*bytes < (64U << 20U) || *bytes > (uint64_t{1} << 50U)) return wrong("--memory", flags.memory, "at least 64MB");
    quota.memoryBytes = *bytes;
  }
  if (!flags.rate.empty()) {
    auto rate = perTime(flags.rate);
    if (!rate || rate->amount > kMostSeconds)
      return wrong("--rate", flags.rate, "requests per time, such as 100/s or 30/m");
    quota.requestsPerSecond = rate->amount * 1000 / static_cast<double>(rate->millis);
  }
  return quota;
}

std::string cpuText(uint64_t nanos) {
  double seconds = static_cast<double>(nanos) / 1e9;
  return nanos < 1'000'000'000 ? numberText(seconds * 1000) + " ms" : numberText(seconds) + " s";
}

std::string bytesText(uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kNames = {" B", " KB", " MB", " GB", " TB"};
  auto value = static_cast<double>(bytes);
  size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kNames.size(); ++unit) value /= 1024;
  return numberText(std::round(value * 10) / 10) + std::string(kNames[unit]);
}

std::string quotaText(const Quota& quota) {
  std::string text;
  auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (quota.concurrent > 0) add(std::to_string(quota.concurrent) + " at once");
  if (quota.cpuNanos > 0) add(cpuText(quota.cpuNanos) + " CPU/" + windowText(quota.windowMillis));
  if (quota.memoryBytes > 0) add(bytesText(quota.memoryBytes));
  if (quota.requestsPerSecond > 0) add(numberText(quota.requestsPerSecond) + "/s");
  return text.empty() ? "default" : text;
}

}  // namespace mayfly::cli
