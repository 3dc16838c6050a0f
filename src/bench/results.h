// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a benchmark found: measurements by id, and what could not be measured and why.
//
// Ids are stable, because tools read them from --json: the letter of the section, a dot, a word ("a.fresh").

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "bench/statistics.h"

namespace mayfly::bench {

struct Measurement {
  std::string id;
  std::string what;  // for people
  std::string unit;  // "ms", "1/s", "MB"; empty for a count
  Summary values;
  std::string how;  // a sentence or two; may be empty
};

struct Skipped {
  std::string what;
  std::string why;
};

class Results {
 public:
  void add(Measurement measurement) { measurements_.push_back(std::move(measurement)); }
  void skip(std::string what, std::string why) { skipped_.push_back({std::move(what), std::move(why)}); }

  // Nullptr when it was not measured. Valid until the results go.
  [[nodiscard]] const Measurement* find(std::string_view id) const {
    for (const Measurement& each : measurements_) {
      if (each.id == id) return &each;
    }
    return nullptr;
  }
  [[nodiscard]] const std::deque<Measurement>& measurements() const { return measurements_; }
  [[nodiscard]] const std::vector<Skipped>& skipped() const { return skipped_; }

 private:
  std::deque<Measurement> measurements_;
  std::vector<Skipped> skipped_;
};

}  // namespace mayfly::bench
