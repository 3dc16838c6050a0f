// SPDX-License-Identifier: Apache-2.0
#include "cli/outcome_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace mayfly::cli {
namespace {

std::string number(double value, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::string indent(const std::string& text, std::string_view prefix) {
  std::string out;
  size_t begin = 0;
  while (begin < text.size()) {
    size_t end = std::min(text.find('\n', begin), text.size() - 1);
    out += std::string(prefix) + text.substr(begin, end - begin + 1);
    begin = end + 1;
  }
  return out;
}

std::string title(const RunError& error) {
  std::string name = error.name.empty() ? "" : error.name + ": ";
  return printableBlock(name + error.message, "    ");
}

}  // namespace

std::string errorText(const RunError& error, const Terminal& terminal) {
  std::string out =
      terminal.paint(errorInfo(error.code).code, Style::kRed) + " " + terminal.paint(title(error), Style::kBold) + "\n";
  if (!error.hint.empty()) out += printableBlock("  hint: " + error.hint, "    ") + "\n";
  if (!error.codeFrame.empty()) out += "\n" + indent(printable(error.codeFrame), "  ") + "\n";
  for (const wire::StackFrame& frame : error.frames) {
    std::string at = printable(frame.module) + ":" + std::to_string(frame.line) + ":" + std::to_string(frame.column);
    out += terminal.paint("    at " + (frame.function.empty() ? at : printable(frame.function) + " (" + at + ")"),
                          Style::kDim) +
           "\n";
  }
  for (const RunError& cause : error.causes) {
    out += "  caused by " + title(cause) + "\n";
    if (!cause.codeFrame.empty()) out += indent(printable(cause.codeFrame), "    ");
  }
  return out;
}

std::string usageLine(const Outcome& outcome, const Terminal& terminal) {
  const Usage& usage = outcome.usage;
  double cpu = static_cast<double>(usage.cpuUserNanos + usage.cpuSystemNanos) / 1e6;
  double cpuLimit = static_cast<double>(usage.limits.cpu.count()) / 1e6;
  double peak = static_cast<double>(usage.peakMemoryBytes) / (1U << 20U);
  std::string status = outcome.ok() ? terminal.paint("ok", Style::kGreen)
                                    : terminal.paint(errorInfo(outcome.error->code).code, Style::kRed);
  std::string weaker = seal::layerNames(seal::requiredLayers() & ~usage.isolation);
  std::string sealed = usage.isolation == 0 ? "not started" : weaker.empty() ? "sealed" : "WEAKER: without " + weaker;
  return status +
         terminal.paint(" | cpu " + number(cpu, 1) + " of " + number(cpuLimit, 0) + " ms | wall " +
                            number(static_cast<double>(usage.wallNanos) / 1e6, 1) + " ms | memory " + number(peak, 1) +
                            " of " + std::to_string(usage.limits.memoryBytes >> 20U) + " MB | " + sealed,
                        Style::kDim);
}

std::string traceText(const Outcome& outcome) {
  const Trace& trace = outcome.trace;
  struct Step {
    const char* what;
    double at;
  };
  double begin = trace.assigned;
  auto guest = [&](uint32_t micros) { return micros == 0 ? 0 : begin + micros; };
  std::string out = "  where the time went, in microseconds since the run was submitted\n";
  const std::array<Step, 8> steps = {{{"source prepared (TypeScript stripped)", trace.prepared},
                                      {trace.spare ? "spare guest taken" : "guest asked for", trace.assigned},
                                      {"forked, as the daemon heard", trace.forked},
                                      {"compiled (by the guest's clock, from its job)", guest(trace.guest.compiled)},
                                      {"ran", guest(trace.guest.ran)},
                                      {"result encoded", guest(trace.guest.encoded)},
                                      {"reply at the daemon", trace.replied},
                                      {"process gone, usage known", trace.reaped}}};
  for (const Step& step : steps) {
    std::string at = step.at > 0 ? number(step.at, 0) : "-";
    out += "  " + std::string(10 - std::min<size_t>(at.size(), 10), ' ') + at + "  " + step.what + "\n";
  }
  return out;
}

}  // namespace mayfly::cli
