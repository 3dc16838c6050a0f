// SPDX-License-Identifier: Apache-2.0
#include "bench/targets.h"

#include <gtest/gtest.h>

#include "bench/number_text.h"

namespace mayfly::bench {
namespace {

const Judgement& find(const std::vector<Judgement>& judgements, std::string_view what) {
  for (const Judgement& each : judgements) {
    if (each.what == what) return each;
  }
  ADD_FAILURE() << "no such target: " << what;
  return judgements.front();
}

void add(Results& results, const char* id, std::vector<double> samples) {
  results.add({id, id, "ms", summarize(std::move(samples)), ""});
}

TEST(Targets, NothingMeasuredIsNothingMet) {
  for (const Judgement& each : judge(Results())) EXPECT_EQ(each.verdict, Verdict::kNotMeasured) << each.what;
}

TEST(Targets, ValuesAndRatios) {
  Results results;
  add(results, "a.fresh", {0.9});
  add(results, "a.workerd", {2.8});
  add(results, "g.floor", {0.3});
  auto judgements = judge(results);
  EXPECT_EQ(find(judgements, "fresh sandbox without spares, p50").verdict, Verdict::kMet);
  const Judgement& floor = find(judgements, "the same against the floor");
  EXPECT_EQ(floor.verdict, Verdict::kNotMet);
  EXPECT_DOUBLE_EQ(floor.measured, 3);
  EXPECT_EQ(floor.unit, "x");
  EXPECT_EQ(find(judgements, "fresh sandbox from a spare, p50").verdict, Verdict::kNotMeasured);
}

TEST(Targets, AtLeastAndWithoutATarget) {
  Results results;
  add(results, "b.rate", {2000});
  add(results, "b.workerd", {250});
  add(results, "b.workerd.two", {400});
  auto judgements = judge(results);
  EXPECT_EQ(find(judgements, "fresh sandboxes per second against workerd").verdict, Verdict::kMet);
  EXPECT_EQ(find(judgements, "the same against two servers of workerd").verdict, Verdict::kNoTarget);
}

TEST(Targets, TheTailCountsWhereTheTargetNamesIt) {
  Results results;
  std::vector<double> mostlyFine(100, 1.0);
  mostlyFine[0] = mostlyFine[1] = 11;
  add(results, "e.cpu", mostlyFine);
  EXPECT_EQ(find(judge(results), "CPU limit overshoot, p99").verdict, Verdict::kNotMet);
}

TEST(Targets, NoRatioAgainstZero) {
  Results results;
  add(results, "a.fresh", {1});
  add(results, "g.floor", {0});
  EXPECT_EQ(find(judge(results), "the same against the floor").verdict, Verdict::kNotMeasured);
}

TEST(NumberText, ThreeDigits) {
  EXPECT_EQ(numberText(0.0684), "0.068");
  EXPECT_EQ(numberText(3.14159), "3.14");
  EXPECT_EQ(numberText(42.51), "42.5");
  EXPECT_EQ(numberText(271.8), "272");
  EXPECT_EQ(numberText(15000), "15000");
  EXPECT_EQ(numberText(-0.25), "-0.250");
  EXPECT_EQ(numberText(0), "0.000");
}

}  // namespace
}  // namespace mayfly::bench
