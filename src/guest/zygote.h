// SPDX-License-Identifier: Apache-2.0
#pragma once

// The zygote: V8 warmed up, sealed, forking one guest per request, reaping it, reporting its exact usage. It runs no
// code of any guest and holds nothing secret.

#include "guest/guest_process.h"

namespace mayfly::guest {

// Takes over the process; `control` is the daemon's socket, `body` what each guest does.
[[noreturn]] void runZygote(int control, GuestBody body = runJob);

}  // namespace mayfly::guest
