// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace mayfly::api {

// Tells the service manager that started us (systemd's sd_notify protocol: a datagram to $NOTIFY_SOCKET), such as
// "READY=1". Does nothing when nobody asked.
void notifySystem(std::string_view state);

}  // namespace mayfly::api
