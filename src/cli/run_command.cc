// SPDX-License-Identifier: Apache-2.0
#include "cli/run_command.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "cli/log_text.h"
#include "cli/outcome_text.h"
#include "cli/run_request.h"
#include "cli/terminal.h"

namespace mayfly::cli {
namespace {

int complain(const Terminal& terminal, const Error& error) {
  terminal.line("mayfly: " + std::string(errorInfo(error.code).code) + " " + error.message);
  return errorInfo(error.code).exitStatus;
}

bool needsToolHost(const RunRequest& request) {
  auto transformed = [](const SourceModule& module) {
    return module.language == Language::kAuto || module.language == Language::kTypeScript ||
           module.language == Language::kTsx || module.language == Language::kJsx;
  };
  return std::any_of(request.modules.begin(), request.modules.end(), transformed);
}

// Collects what --json prints, or prints logs as they come.
class Reporter {
 public:
  explicit Reporter(const RunFlags& flags) : flags_(flags) {}

  void log(const wire::LogRecord& record) {
    if (flags_.json) {
      logs_ += (logs_.size() > 1 ? "," : "") + logJson(record);
    } else if (!flags_.quiet) {
      errors_.line(logLine(record, errors_));
    }
  }

  int finish(const Outcome& outcome) {
    if (flags_.json) {
      output_.line(outcomeJson(outcome, logs_ + "]", flags_.trace));
    } else {
      printForPeople(outcome);
    }
    return outcome.ok() ? 0 : errorInfo(outcome.error->code).exitStatus;
  }

 private:
  void printForPeople(const Outcome& outcome) {
    if (outcome.resultJson)
      output_.line(output_.isTerminal() ? printable(pretty(*outcome.resultJson)) : *outcome.resultJson);
    if (outcome.error) errors_.write(errorText(*outcome.error, errors_));
    if (flags_.quiet) return;
    for (const std::string& warning : outcome.warnings)
      errors_.line(errors_.paint(printableBlock("warning: " + warning, "  "), Style::kYellow));
    errors_.line(usageLine(outcome, errors_));
    if (flags_.trace) errors_.write(traceText(outcome));
  }

  // Two spaces a level; scalars of short arrays stay on one line.
  static std::string pretty(const std::string& json) {
    if (json.size() < 100) return json;
    std::string out;
    size_t depth = 0;
    bool inText = false;
    for (size_t i = 0; i < json.size(); ++i) {
      char c = json[i];
      if (inText) {
        out += c;
        if (c == '\\') out += json[++i];
        inText = c != '"';
        continue;
      }
      auto newline = [&] { out += "\n" + std::string(depth * 2, ' '); };
      bool empty = i + 1 < json.size() && (json[i + 1] == '}' || json[i + 1] == ']');
      if (c == '}' || c == ']') {
        --depth;
        if (json[i - 1] != '{' && json[i - 1] != '[') newline();
      }
      out += c;
      inText = c == '"';
      if (c == '{' || c == '[') {
        ++depth;
        if (!empty) newline();
      }
      if (c == ',') newline();
      if (c == ':') out += ' ';
    }
    return out;
  }

  const RunFlags& flags_;
  Terminal output_{STDOUT_FILENO};
  Terminal errors_{STDERR_FILENO};
  std::string logs_ = "[";
};

// Ctrl-C cancels the run; it still ends with an outcome.
UniqueFd watchInterrupts(EventLoop& loop, std::function<void()> onInterrupt) {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  UniqueFd fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  int raw = fd.get();
  auto watched = loop.watch(raw, 1 /* EPOLLIN */, [raw, onInterrupt = std::move(onInterrupt)](uint32_t) {
    signalfd_siginfo info{};
    if (::read(raw, &info, sizeof info) > 0) onInterrupt();
  });
  MAYFLY_CHECK(watched.ok());
  return fd;
}

}  // namespace

Result<SchedulerOptions> schedulerOptions(const SandboxFlags& flags) {
  SchedulerOptions options;
  auto installation = findInstallation();
  if (!installation) return std::move(installation).error();
  options.installation = std::move(installation).value();
  options.jitless = flags.jitless;
  for (const std::string& group : flags.allowWeaker) {
    auto layers = seal::weakerGroup(group);
    if (!layers) {
      return Error{ErrorCode::kUsage, "--allow-weaker: '" + group + "' is not one of " + seal::weakerGroupNames() +
                                          "; seccomp and privileges can never be left out"};
    }
    options.weaker |= *layers;
  }
  return options;
}

int runCommand(const RunFlags& flags) {
  Terminal errors(STDERR_FILENO);
  auto request = readRunRequest(flags);
  if (!request) return complain(errors, request.error());
  auto options = schedulerOptions(flags.sandbox);
  if (!options) return complain(errors, options.error());
  options->defaults = request->limits;
  options->warmUpRounds = 4;  // for one program
  auto loop = EventLoop::create();
  if (!loop) return complain(errors, loop.error());

  // Before there is anything that an interrupt could leave behind.
  Scheduler* running = nullptr;
  uint64_t id = 0;
  UniqueFd interrupts = watchInterrupts(**loop, [&] {
    if (running != nullptr) running->cancel(id);
  });
  Scheduler scheduler(**loop, *options);
  scheduler.warm(needsToolHost(*request));
  Reporter reporter(flags);
  std::optional<int> status;
  RunCallbacks callbacks;
  callbacks.onLog = [&reporter](const wire::LogRecord& record) { reporter.log(record); };
  callbacks.onDone = [&](const Outcome& outcome) { status = reporter.finish(outcome); };
  id = scheduler.submit(std::move(request).value(), std::move(callbacks));
  running = &scheduler;
  (*loop)->runUntil([&] { return status.has_value(); });
  (*loop)->unwatch(interrupts.get());
  return *status;
}

}  // namespace mayfly::cli
