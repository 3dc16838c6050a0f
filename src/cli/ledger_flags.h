// SPDX-License-Identifier: Apache-2.0
#pragma once

// The subcommands that look into the ledger: keys, logs, usage.

#include <CLI/CLI.hpp>
#include <optional>

#include "cli/keys_command.h"
#include "cli/logs_command.h"
#include "cli/usage_command.h"

namespace mayfly::cli {

struct LedgerFlags {
  KeysFlags keys;
  LogsFlags logs;
  UsageFlags usage;
};

void addLedgerCommands(CLI::App& app, LedgerFlags& flags);
// Runs the one that was asked for; its exit status, or nothing when it was none of them.
std::optional<int> runLedgerCommand(const CLI::App& app, const LedgerFlags& flags);

}  // namespace mayfly::cli
