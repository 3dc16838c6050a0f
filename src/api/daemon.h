// SPDX-License-Identifier: Apache-2.0
#pragma once

// The daemon put together: ledger, tenants, endpoints, sockets, signals; from start to a drained end.

#include <functional>
#include <string>
#include <vector>

#include "api/daemon_config.h"
#include "scheduler/scheduler.h"

namespace mayfly::api {

struct DaemonOptions {
  DaemonConfig config;
  SchedulerOptions scheduler;  // limits and spares come from the config
  bool untilStdinCloses = false;
};

struct DaemonReady {
  std::vector<std::string> listening;
  std::string data;
  std::string v8Version;
  seal::LayerSet layers = 0;
  std::string failure;  // why no program can run, or empty
};

struct DaemonEvents {
  std::function<void(const DaemonReady&)> onReady;  // it listens, and its first sandbox is sealed or failed to be
  std::function<void(const std::string&)> onNotice;
};

// Runs until SIGTERM or SIGINT and the drain after it (a second one ends at once), or until stdin closes. E_USAGE and
// E_UNAVAILABLE when it cannot start.
Result<void> runDaemon(const DaemonOptions& options, const DaemonEvents& events);

}  // namespace mayfly::api
