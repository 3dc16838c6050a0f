// SPDX-License-Identifier: Apache-2.0
#pragma once

// Numbers for Prometheus (text format 0.0.4): counters and histograms that the daemon keeps, gauges that are asked for
// when somebody looks. One thread.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mayfly::api {

// Seconds in buckets from 50 microseconds to 30 seconds.
class Histogram {
 public:
  void add(double seconds);
  // The lines of one histogram; `labels` such as `phase="fork"`, or empty.
  void write(std::string& out, std::string_view name, std::string_view labels) const;

 private:
  static constexpr std::array kBounds = {0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                         0.05,    0.1,    0.25,    0.5,    1.0,   2.5,    5.0,   10.0, 30.0};
  std::array<uint64_t, kBounds.size() + 1> counts_{};
  double sum_ = 0;
};

class Metrics {
 public:
  // ---- what happened ----
  void request(uint16_t status) { ++requests_[status]; }
  // How a run, a call or a fetch ended: "ok" or the code.
  void ended(std::string_view kind, std::string_view code) { ++ended_[{std::string(kind), std::string(code)}]; }
  enum class Phase : uint8_t { kQueue, kFork, kRun, kReply };
  void phase(Phase phase, double seconds) { phases_[static_cast<size_t>(phase)].add(seconds); }
  void cpu(double seconds) { cpuSeconds_ += seconds; }

  // ---- what is ----
  void gauge(std::string name, std::string meaning, std::function<double()> value);

  [[nodiscard]] std::string text() const;

 private:
  struct Gauge {
    std::string name;
    std::string meaning;
    std::function<double()> value;
  };
  std::map<uint16_t, uint64_t> requests_;
  std::map<std::pair<std::string, std::string>, uint64_t> ended_;
  std::array<Histogram, 4> phases_;
  double cpuSeconds_ = 0;
  std::vector<Gauge> gauges_;
};

}  // namespace mayfly::api
