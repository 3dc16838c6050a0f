// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the commands that look into the ledger share: finding and opening it, times in flags, complaining.

#include <memory>
#include <string>
#include <vector>

#include "cli/terminal.h"
#include "ledger/ledger.h"

namespace mayfly::cli {

// The ledger in a data folder (empty: the default one). One that only looks is not given a new one: E_NOT_FOUND.
enum class IfMissing : uint8_t { kCreate, kRefuse };
struct OpenLedger {
  std::unique_ptr<EventLoop> loop;
  std::unique_ptr<Ledger> ledger;  // goes first
};
Result<OpenLedger> openLedger(const std::string& folder, IfMissing ifMissing);

// Milliseconds since 1970 from a time (base/timestamp.h) or from how long ago it was: 30m, 12h, 7d.
Result<int64_t> parseMoment(std::string_view flag, std::string_view text, int64_t nowMillis);

// "mayfly: E_... message" to standard error; the exit status.
int complain(const Error& error);

// Columns, each as wide as its widest text; the first row is the heading. Numbers are aligned to the right.
std::string tableText(const std::vector<std::vector<std::string>>& rows, const std::vector<bool>& right,
                      const Terminal& terminal);

}  // namespace mayfly::cli
