// SPDX-License-Identifier: Apache-2.0
#include "bench/targets.h"

#include <array>

#include "bench/number_text.h"

namespace mayfly::bench {
namespace {

enum class Bound : uint8_t { kAtMost, kAtLeast, kNone };

struct Rule {
  const char* what;
  const char* id;
  const char* against;  // nullptr: the value itself counts, not a ratio
  double Summary::* field;
  Bound bound;
  double value;
};

constexpr double kThird = 1.0 / 3;
constexpr double kSeventh = 1.0 / 7;

constexpr std::array kRules = {
    Rule{"fresh sandbox from a spare, p50", "a.spares", nullptr, &Summary::p50, Bound::kAtMost, 0.1},
    Rule{"the same against workerd's fresh worker", "a.spares.snippet", "a.workerd", &Summary::p50, Bound::kAtMost,
         0.1},
    Rule{"fresh sandbox without spares, p50", "a.fresh", nullptr, &Summary::p50, Bound::kAtMost, 1.0},
    Rule{"the same against workerd's fresh worker", "a.fresh", "a.workerd", &Summary::p50, Bound::kAtMost, kThird},
    Rule{"the same against the floor", "a.fresh", "g.floor", &Summary::p50, Bound::kAtMost, 2.5},
    Rule{"fresh sandboxes per second against workerd", "b.rate", "b.workerd", &Summary::p50, Bound::kAtLeast, 8},
    Rule{"the same against two servers of workerd", "b.rate", "b.workerd.two", &Summary::p50, Bound::kNone, 0},
    Rule{"memory per live sandbox", "c.memory", nullptr, &Summary::p50, Bound::kAtMost, 0.5},
    Rule{"the same against workerd", "c.memory", "c.workerd", &Summary::p50, Bound::kAtMost, kThird},
    Rule{"alive at once, all answering", "d.live", nullptr, &Summary::p50, Bound::kAtLeast, 15'000},
    Rule{"CPU-bound program against Node", "h.sandbox", "h.node", &Summary::p50, Bound::kAtMost, 1.1},
    Rule{"CPU limit overshoot, p99", "e.cpu", nullptr, &Summary::p99, Bound::kAtMost, 10},
    Rule{"the same inside a builtin, p99", "e.cpu.builtin", nullptr, &Summary::p99, Bound::kAtMost, 10},
    Rule{"canary p99 beside a loop", "f.loop", "f.alone", &Summary::p99, Bound::kAtMost, 2},
    Rule{"canary p99 beside a memory bomb", "f.memory", "f.alone", &Summary::p99, Bound::kAtMost, 2},
    Rule{"canary p99 beside a flood of logs", "f.logs", "f.alone", &Summary::p99, Bound::kAtMost, 2},
    Rule{"HTTP: fresh sandboxes against workerd, requests per second", "j.fresh.rate", "j.workerd.rate", &Summary::p50,
         Bound::kAtLeast, 8},
    Rule{"HTTP: fresh sandbox against workerd, p50", "j.fresh", "j.workerd", &Summary::p50, Bound::kAtMost, kSeventh},
    Rule{"HTTP: warm worker against workerd, requests per second", "k.warm.rate", "k.workerd.rate", &Summary::p50,
         Bound::kAtLeast, 1},
    Rule{"RPC: guest to its caller's object, p50", "l.rpc", nullptr, &Summary::p50, Bound::kAtMost, 0.3},
    Rule{"warm workers at once, all answering", "m.warm", nullptr, &Summary::p50, Bound::kAtLeast, 2000},
    Rule{"their memory", "m.warm.memory", nullptr, &Summary::p50, Bound::kAtMost, 1.2},
    Rule{"a tenant's p99 beside a bad tenant", "n.beside", "n.alone", &Summary::p99, Bound::kAtMost, 2},
    Rule{"return after kill -9, p50", "o.restart", nullptr, &Summary::p50, Bound::kAtMost, 1000},
};

std::string targetText(const Rule& rule, const std::string& unit) {
  if (rule.bound == Bound::kNone) return "-";
  std::string number = numberText(rule.value);
  return (rule.bound == Bound::kAtMost ? "at most " : "at least ") + number + (unit.empty() ? "" : " " + unit);
}

Verdict verdictOf(const Rule& rule, double measured) {
  if (rule.bound == Bound::kNone) return Verdict::kNoTarget;
  bool met = rule.bound == Bound::kAtMost ? measured <= rule.value : measured >= rule.value;
  return met ? Verdict::kMet : Verdict::kNotMet;
}

constexpr const char* unitOf(const Rule& rule) {
  std::string_view id = rule.id;
  if (rule.against != nullptr) return "x";
  if (id == "c.memory") return "MB";
  if (id == "m.warm.memory") return "GB";
  return id == "d.live" || id == "m.warm" ? "" : "ms";
}

}  // namespace

std::string_view verdictName(Verdict verdict) {
  constexpr std::array<std::string_view, 4> kNames = {"met", "not met", "not measured", "-"};
  return kNames.at(static_cast<size_t>(verdict));
}

std::vector<Judgement> judge(const Results& results) {
  std::vector<Judgement> judgements;
  for (const Rule& rule : kRules) {
    Judgement judgement{.what = rule.what, .target = targetText(rule, unitOf(rule)), .unit = unitOf(rule)};
    const Measurement* value = results.find(rule.id);
    const Measurement* base = rule.against != nullptr ? results.find(rule.against) : nullptr;
    bool measured = value != nullptr && (rule.against == nullptr || (base != nullptr && base->values.*rule.field > 0));
    if (measured) {
      judgement.measured = value->values.*rule.field / (base != nullptr ? base->values.*rule.field : 1);
      judgement.verdict = verdictOf(rule, judgement.measured);
    }
    judgements.push_back(std::move(judgement));
  }
  return judgements;
}

}  // namespace mayfly::bench
