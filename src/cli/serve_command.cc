// SPDX-License-Identifier: Apache-2.0
#include "cli/serve_command.h"

#include <unistd.h>

#include "api/daemon.h"
#include "base/json_text.h"
#include "base/syscall.h"
#include "cli/terminal.h"

namespace mayfly::cli {
namespace {

int complain(const Terminal& terminal, const Error& error) {
  terminal.line("mayfly: " + std::string(errorInfo(error.code).code) + " " + error.message);
  return errorInfo(error.code).exitStatus;
}

std::string readyJson(const api::DaemonReady& ready) {
  std::string listening = "[";
  for (const std::string& address : ready.listening)
    listening += (listening.size() > 1 ? "," : "") + jsonString(address);
  std::string missing = "[";
  for (const seal::LayerInfo& info : seal::layerTable()) {
    if ((ready.layers & seal::bit(info.layer)) == 0) missing += (missing.size() > 1 ? "," : "") + jsonString(info.name);
  }
  std::string out;
  {
    JsonObject object(out);
    object.boolean("ready", true).raw("listening", listening + "]").integer("pid", static_cast<uint64_t>(::getpid()));
    object.text("data", ready.data).text("version", MAYFLY_VERSION).text("v8", ready.v8Version);
    object.boolean("sealed", ready.failure.empty() && (seal::requiredLayers() & ~ready.layers) == 0);
    object.raw("missingLayers", missing + "]");
    if (!ready.failure.empty()) object.text("error", ready.failure);
  }
  return out;
}

void tellPeople(const api::DaemonReady& ready, const Terminal& out) {
  for (const std::string& address : ready.listening) out.line("listening on " + out.paint(address, Style::kBold));
  out.line("data in " + ready.data);
  if (!ready.failure.empty()) {
    out.line(out.paint("No program can run here: ", Style::kRed) + ready.failure + "; see `mayfly doctor`");
    return;
  }
  seal::LayerSet all = 0;
  for (const seal::LayerInfo& info : seal::layerTable()) all |= seal::bit(info.layer);
  seal::LayerSet missing = all & ~ready.layers;
  if ((missing & seal::requiredLayers()) != 0) {
    out.line(out.paint("WEAKER", Style::kRed) + ": programs run without " + seal::layerNames(missing));
  } else if (missing != 0) {
    out.line(out.paint("sealed", Style::kGreen) + ", but without " + seal::layerNames(missing) +
             "; see `mayfly doctor`");
  } else {
    out.line(out.paint("sealed", Style::kGreen) + ": all " + std::to_string(seal::kLayerCount) +
             " layers are in force");
  }
}

void writeLine(int fd, std::string line) {
  line += '\n';
  std::string_view left = line;
  while (!left.empty()) {
    ssize_t count = retryEintr([&] { return ::write(fd, left.data(), left.size()); });
    if (count <= 0) return;
    left.remove_prefix(static_cast<size_t>(count));
  }
}

Result<api::DaemonOptions> daemonOptions(const ServeFlags& flags) {
  api::DaemonOptions options;
  auto read = api::readConfig(flags.config, options.config);
  if (!read) return std::move(read).error();
  if (!flags.listen.empty()) options.config.listen = flags.listen;
  if (!flags.data.empty()) options.config.data = flags.data;
  auto scheduler = schedulerOptions(flags.sandbox);
  if (!scheduler) return std::move(scheduler).error();
  options.scheduler = std::move(scheduler).value();
  options.untilStdinCloses = flags.untilStdinCloses;
  return options;
}

}  // namespace

int serveCommand(const ServeFlags& flags) {
  Terminal errors(STDERR_FILENO);
  auto options = daemonOptions(flags);
  if (!options) return complain(errors, options.error());
  api::DaemonEvents events;
  events.onReady = [&](const api::DaemonReady& ready) {
    if (flags.json) writeLine(STDOUT_FILENO, readyJson(ready));
    if (flags.readyFd >= 0) {
      writeLine(flags.readyFd, readyJson(ready));
      ::close(flags.readyFd);
    }
    if (!flags.json) tellPeople(ready, errors);
  };
  events.onNotice = [&](const std::string& text) {
    if (!flags.json) errors.line(text);
  };
  if (auto ran = api::runDaemon(*options, events); !ran) return complain(errors, ran.error());
  return 0;
}

}  // namespace mayfly::cli
