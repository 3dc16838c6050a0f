// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where the daemon's data is when nobody says otherwise: $STATE_DIRECTORY (systemd's), $XDG_STATE_HOME/mayfly,
// ~/.local/state/mayfly. E_USAGE when none of them is known.

#include <string>

#include "base/result.h"

namespace mayfly {

Result<std::string> defaultDataFolder();

}  // namespace mayfly
