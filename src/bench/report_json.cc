// SPDX-License-Identifier: Apache-2.0
#include "base/json_text.h"
#include "bench/bench.h"

namespace mayfly::bench {
namespace {

// One list of objects, each made by `write`.
template <typename Items, typename Write>
std::string list(const Items& items, Write write) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ',';
    JsonObject object(out);
    write(object, item);
  }
  return out + "]";
}

std::string machineJson(const Machine& machine) {
  std::string out;
  JsonObject(out)
      .text("cpu", machine.cpu)
      .integer("cores", machine.cores)
      .integer("memoryBytes", machine.memoryBytes)
      .text("kernel", machine.kernel)
      .text("system", machine.system)
      .number("loadBefore", machine.loadBefore);
  return out;
}

void writeMeasurement(JsonObject& object, const Measurement& each) {
  const Summary& values = each.values;
  object.text("id", each.id).text("what", each.what).text("unit", each.unit).integer("count", values.count);
  // Six decimals where JsonObject::number has three: microseconds of a millisecond count.
  auto number = [&](std::string_view name, double value) { object.raw(name, std::to_string(value)); };
  number("p50", values.p50);
  number("p90", values.p90);
  number("p99", values.p99);
  number("min", values.least);
  number("max", values.most);
  number("mean", values.mean);
  object.text("how", each.how);
}

}  // namespace

std::string jsonReport(const BenchReport& report) {
  std::string out;
  {
    JsonObject object(out);
    object.text("date", report.machine.date).text("size", report.size == Size::kQuick ? "quick" : "full");
    object.raw("machine", machineJson(report.machine));
    object.text("mayfly", report.mayfly)
        .text("v8", report.v8)
        .text("node", report.node)
        .text("workerd", report.workerd);
    object.number("seconds", report.seconds);
    object.raw("measurements", list(report.results.measurements(), writeMeasurement));
    object.raw("targets", list(report.judgements, [](JsonObject& each, const Judgement& judgement) {
                 each.text("what", judgement.what).text("target", judgement.target);
                 each.text("verdict", verdictName(judgement.verdict));
                 if (judgement.verdict != Verdict::kNotMeasured)
                   each.raw("measured", std::to_string(judgement.measured));
                 each.text("unit", judgement.unit);
               }));
    object.raw("skipped", list(report.results.skipped(), [](JsonObject& each, const Skipped& skipped) {
                 each.text("what", skipped.what).text("why", skipped.why);
               }));
  }
  return out;
}

}  // namespace mayfly::bench
