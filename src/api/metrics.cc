// SPDX-License-Identifier: Apache-2.0
#include "api/metrics.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>

namespace mayfly::api {
namespace {

constexpr std::array<std::string_view, 4> kPhaseNames = {"queue", "fork", "run", "reply"};

void appendNumber(std::string& out, double value) {
  std::array<char, 32> text{};
  auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

void line(std::string& out, std::string_view name, std::string_view labels, double value) {
  out += name;
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out += ' ';
  appendNumber(out, value);
  out += '\n';
}

void heading(std::string& out, std::string_view name, std::string_view type, std::string_view meaning) {
  out.append("# HELP ").append(name).append(" ").append(meaning).append("\n");
  out.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

}  // namespace

void Histogram::add(double seconds) {
  const auto* bucket = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
  ++counts_[static_cast<size_t>(bucket - kBounds.begin())];
  sum_ += seconds;
}

void Histogram::write(std::string& out, std::string_view name, std::string_view labels) const {
  std::string prefix(labels);
  if (!prefix.empty()) prefix += ',';
  std::string bucket = std::string(name) + "_bucket";
  uint64_t total = 0;
  for (size_t i = 0; i < counts_.size(); ++i) {
    total += counts_[i];
    std::string bound = "+Inf";
    if (i < kBounds.size()) appendNumber(bound = "", kBounds[i]);
    line(out, bucket, prefix + "le=\"" + bound + "\"", static_cast<double>(total));
  }
  line(out, std::string(name) + "_sum", labels, sum_);
  line(out, std::string(name) + "_count", labels, static_cast<double>(total));
}

void Metrics::gauge(std::string name, std::string meaning, std::function<double()> value) {
  gauges_.push_back({std::move(name), std::move(meaning), std::move(value)});
}

std::string Metrics::text() const {
  std::string out;
  heading(out, "mayfly_http_requests_total", "counter", "Answered requests by status.");
  for (const auto& [status, count] : requests_) {
    line(out, "mayfly_http_requests_total", "status=\"" + std::to_string(status) + "\"", static_cast<double>(count));
  }
  heading(out, "mayfly_ended_total", "counter", "Ended runs, calls and fetches by kind and code.");
  for (const auto& [key, count] : ended_) {
    line(out, "mayfly_ended_total", "kind=\"" + key.first + "\",code=\"" + key.second + "\"",
         static_cast<double>(count));
  }
  heading(out, "mayfly_phase_seconds", "histogram",
          "Time of a run: queue until a place and a guest, fork, run until the reply, reply until it is stored.");
  for (size_t i = 0; i < phases_.size(); ++i) {
    phases_[i].write(out, "mayfly_phase_seconds", "phase=\"" + std::string(kPhaseNames[i]) + "\"");
  }
  heading(out, "mayfly_cpu_seconds_total", "counter", "CPU time of guests.");
  line(out, "mayfly_cpu_seconds_total", "", cpuSeconds_);
  for (const Gauge& gauge : gauges_) {
    heading(out, gauge.name, "gauge", gauge.meaning);
    line(out, gauge.name, "", gauge.value());
  }
  return out;
}

}  // namespace mayfly::api
