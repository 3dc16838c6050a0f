// SPDX-License-Identifier: Apache-2.0
#pragma once

// Ctrl-C ends a benchmark at its next wait, so that every process, cgroup and socket is cleaned up as usual.

#include "base/result.h"

namespace mayfly::bench {

// From now on SIGINT and SIGTERM only take a note.
void watchInterrupts();
bool interrupted();
// E_CANCELLED once there was one.
Result<void> checkInterrupted();

}  // namespace mayfly::bench
