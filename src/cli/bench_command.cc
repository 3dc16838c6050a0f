// SPDX-License-Identifier: Apache-2.0
#include "cli/bench_command.h"

#include <unistd.h>

#include <fstream>

#include "bench/bench.h"
#include "bench/interrupt.h"
#include "cli/terminal.h"

namespace mayfly::cli {
namespace {

int complain(const Terminal& terminal, const Error& error) {
  terminal.line("mayfly: " + std::string(errorInfo(error.code).code) + " " + error.message);
  return errorInfo(error.code).exitStatus;
}

// On a terminal one line that is overwritten, in a log file a line each.
class Progress {
 public:
  void show(std::string_view what) {
    terminal_.write(terminal_.isTerminal() ? "\r\x1b[K" + std::string(what) + " ..."
                                           : "bench: " + std::string(what) + "\n");
    shown_ = true;
  }
  void clear() {
    if (shown_ && terminal_.isTerminal()) terminal_.write("\r\x1b[K");
  }

 private:
  Terminal terminal_{STDERR_FILENO};
  bool shown_ = false;
};

Result<void> writeReport(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::trunc);
  file << text;
  file.flush();
  if (file.good()) return {};
  return errnoError("writing " + path, ErrorCode::kUsage);
}

}  // namespace

int benchCommand(const BenchFlags& flags) {
  Terminal errors(STDERR_FILENO);
  auto scheduler = schedulerOptions(flags.sandbox);
  if (!scheduler) return complain(errors, scheduler.error());
  Progress progress;
  bench::BenchOptions options;
  options.scheduler = std::move(scheduler).value();
  options.size = flags.quick ? bench::Size::kQuick : bench::Size::kFull;
  options.only = flags.only;
  options.workerd = flags.workerd;
  options.node = flags.node;
  options.progress = [&progress](std::string_view what) { progress.show(what); };
  bench::watchInterrupts();
  auto report = bench::runBench(options);
  progress.clear();
  if (!report) return complain(errors, report.error());
  report->mayfly = MAYFLY_VERSION;
  Terminal output(STDOUT_FILENO);
  output.line(flags.json ? bench::jsonReport(*report) : bench::textReport(*report));
  if (!flags.report.empty()) {
    auto written = writeReport(flags.report, bench::markdownReport(*report));
    if (!written) return complain(errors, written.error());
  }
  return report->failed ? errorInfo(ErrorCode::kInternal).exitStatus : 0;
}

}  // namespace mayfly::cli
