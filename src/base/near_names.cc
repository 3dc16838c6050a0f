// SPDX-License-Identifier: Apache-2.0
#include "base/near_names.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace mayfly {
namespace {

constexpr size_t kMaxNameLength = 64;  // longer ones are not mistyped, and the distance takes their product

std::string lowered(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

// One mistake in three characters is a slip; more is another word.
size_t tolerated(std::string_view name) {
  return name.size() <= 2 ? 0 : name.size() <= 5 ? 1 : name.size() <= 9 ? 2 : 3;
}

}  // namespace

size_t editDistance(std::string_view from, std::string_view to, size_t most) {
  size_t difference = from.size() > to.size() ? from.size() - to.size() : to.size() - from.size();
  if (difference > most) return most + 1;
  std::vector<size_t> before(to.size() + 1);
  std::vector<size_t> above(to.size() + 1);
  std::vector<size_t> row(to.size() + 1);
  for (size_t j = 0; j <= to.size(); ++j) above[j] = j;
  for (size_t i = 1; i <= from.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= to.size(); ++j) {
      size_t replaced = above[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
      bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return std::min(above[to.size()], most + 1);
}

std::vector<std::string> nearNames(std::string_view name, const std::vector<std::string>& candidates) {
  constexpr size_t kMost = 3;
  std::vector<std::pair<size_t, std::string>> near;
  if (name.empty() || name.size() > kMaxNameLength) return {};
  std::string lower = lowered(name);
  size_t most = tolerated(name);
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kMaxNameLength || candidate == name) continue;
    std::string other = lowered(candidate);
    size_t distance = editDistance(lower, other, most);
    if (distance <= most) near.emplace_back(distance, candidate);
  }
  std::sort(near.begin(), near.end());
  near.erase(std::unique(near.begin(), near.end()), near.end());
  std::vector<std::string> names;
  for (size_t i = 0; i < std::min(near.size(), kMost); ++i) {
    if (near[i].first <= near[0].first + 1) names.push_back(near[i].second);
  }
  return names;
}

std::string alternatives(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

}  // namespace mayfly
