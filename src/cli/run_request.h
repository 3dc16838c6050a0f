// SPDX-License-Identifier: Apache-2.0
#pragma once

// From the flags of `mayfly run` to a run: program or document, further modules, input, env, limits. E_USAGE and
// E_LIMIT name the flag and say what it wants.

#include "base/result.h"
#include "cli/run_command.h"

namespace mayfly::cli {

Result<RunRequest> readRunRequest(const RunFlags& flags);

}  // namespace mayfly::cli
