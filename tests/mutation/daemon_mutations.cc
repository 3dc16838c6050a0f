// SPDX-License-Identifier: Apache-2.0
#include "mutation/daemon_mutations.h"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "mutation/wrapped.h"
#include "scheduler/cgroup.h"
#include "scheduler/json_check.h"
#include "seal/outside_view.h"
#include "wire/packet_socket.h"
#include "wire/zygote_protocol.h"

namespace mayfly::mutation {
namespace {

bool without(std::string_view name) { return leftOutOfDaemon().contains(name); }

// Tickets of probes that have been asked for, of all zygotes: none is ever answered twice.
std::set<std::pair<int, uint64_t>>& probes() {
  static std::set<std::pair<int, uint64_t>> tickets;
  return tickets;
}

}  // namespace

std::set<std::string, std::less<>>& leftOutOfDaemon() {
  static std::set<std::string, std::less<>> names = [] {
    std::set<std::string, std::less<>> result;
    const char* list = std::getenv("MAYFLY_MUTATE");
    std::istringstream words(list == nullptr ? "" : list);
    for (std::string name; std::getline(words, name, ',');) result.insert(name);
    return result;
  }();
  return names;
}

MAYFLY_WRAP("_ZN6mayfly4seal11confirmSealERKNS0_11OutsideViewEjRKNS0_15SealExpectationE", Result<void>, confirm,
            realConfirm, const seal::OutsideView& view, seal::LayerSet claimed, const seal::SealExpectation& expected);
Result<void> confirm(const seal::OutsideView& view, seal::LayerSet claimed, const seal::SealExpectation& expected) {
  return without("outside-view") ? Result<void>() : realConfirm(view, claimed, expected);
}

MAYFLY_WRAP("_ZN6mayfly6Cgroup3addEi", Result<void>, addToGroup, realAddToGroup, Cgroup* self, pid_t pid);
Result<void> addToGroup(Cgroup* self, pid_t pid) {
  return without("cgroup") ? Result<void>() : realAddToGroup(self, pid);
}

MAYFLY_WRAP("_ZN6mayfly9checkJsonESt17basic_string_viewIcSt11char_traitsIcEE", Result<void>, check, realCheck,
            std::string_view text);
Result<void> check(std::string_view text) { return without("json-check") ? Result<void>() : realCheck(text); }

MAYFLY_WRAP("_ZN6mayfly4wire10sendPacketEiPKvmi", bool, send, realSend, int socket, const void* data, size_t size,
            int fd);
bool send(int socket, const void* data, size_t size, int fd) {
  const auto* message = static_cast<const wire::ControlMessage*>(data);
  if (message->kind == wire::ControlKind::kFork && (message->forkFlags & wire::kForkProbe) != 0) {
    probes().insert({socket, message->ticket});
  }
  return realSend(socket, data, size, fd);
}

MAYFLY_WRAP("_ZN6mayfly4wire13receivePacketEiPvmi", std::optional<wire::Packet>, receive, realReceive, int socket,
            void* data, size_t capacity, int flags);
std::optional<wire::Packet> receive(int socket, void* data, size_t capacity, int flags) {
  auto packet = realReceive(socket, data, capacity, flags);
  auto* message = static_cast<wire::ControlMessage*>(data);
  bool ended = packet && packet->size == sizeof *message && message->kind == wire::ControlKind::kExited;
  if (ended && probes().erase({socket, message->ticket}) > 0 && without("probes")) message->waitStatus = SIGSYS;
  return packet;
}

}  // namespace mayfly::mutation
