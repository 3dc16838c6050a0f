// SPDX-License-Identifier: Apache-2.0
#pragma once

// An outcome as a person reads it.

#include <string>

#include "cli/terminal.h"
#include "scheduler/outcome.h"

namespace mayfly::cli {

// The failure, its stack and its code frame.
std::string errorText(const RunError& error, const Terminal& terminal);
// "ok | 3.1 ms CPU of 50 | 12 ms | 1.4 MB of 64 | sealed".
std::string usageLine(const Outcome& outcome, const Terminal& terminal);
// A table of where the microseconds went.
std::string traceText(const Outcome& outcome);

}  // namespace mayfly::cli
