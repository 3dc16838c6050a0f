// SPDX-License-Identifier: Apache-2.0
#pragma once

// Security.md case 165, for the daemon's side: what the daemon itself checks can be left out, in the test's own
// process. The names come from MAYFLY_MUTATE, separated by commas, or from a test.
//
//   outside-view   what /proc says of a zygote is not compared with its claims
//   probes         each throw-away guest is taken for killed
//   cgroup         a sealed process is not put into its group
//   json-check     what a guest calls JSON is believed to be

#include <set>
#include <string>

namespace mayfly::mutation {

std::set<std::string, std::less<>>& leftOutOfDaemon();

}  // namespace mayfly::mutation
