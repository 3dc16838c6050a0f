// SPDX-License-Identifier: Apache-2.0
// Security.md case 165, for the zygote's side: each step of the seal and each limit of a guest can be left out. Which
// one says the file name of the library: libmayfly-mutant.NAME.so, a link that the check makes; names are joined by
// '+'. What is left out is claimed all the same, so that only the daemon's own look or a test can notice.

#include <dlfcn.h>
#include <sys/resource.h>

#include <cstring>
#include <string>

#include "guest/kernel_limits.h"
#include "guest/memory_budget.h"
#include "mutation/wrapped.h"
#include "seal/seccomp_filter.h"
#include "seal/steps.h"
#include "wire/packet_socket.h"
#include "wire/zygote_protocol.h"

namespace mayfly::mutation {
namespace {

using seal::Layer;

std::string fileName() {
  Dl_info info{};
  ::dladdr(reinterpret_cast<void*>(&fileName), &info);
  return info.dli_fname == nullptr ? "" : info.dli_fname;
}

// Computed once, before the seal: afterwards nothing is allocated where it may not be.
const std::string& leftOut() {
  static const std::string names = [] {
    std::string name = fileName();
    size_t end = name.rfind('.');
    size_t begin = name.rfind('.', end - 1);
    return "+" + name.substr(begin + 1, end - begin - 1) + "+";
  }();
  return names;
}

bool without(std::string_view name) {
  size_t at = leftOut().find(name);
  return at != std::string::npos && leftOut()[at - 1] == '+' && leftOut()[at + name.size()] == '+';
}

bool isKeeper = false;
int zygoteFilters = 0;

// An allowed call is never killed: the filter is there, counted by the kernel, and does nothing.
const seal::BpfProgram& openFilter() {
  static const seal::BpfProgram program = seal::compile({.otherwise = SECCOMP_RET_ALLOW, .rules = {}});
  return program;
}

}  // namespace

// ---- the steps of the seal ----

MAYFLY_WRAP("_ZN6mayfly4seal14enterNamespaceENS0_5LayerE", Result<void>, enter, realEnter, Layer layer);
Result<void> enter(Layer layer) {
  if (!without(seal::layerTable().at(static_cast<size_t>(layer)).name)) return realEnter(layer);
  // Without a user namespace nobody waits for its maps.
  if (layer == Layer::kUserNamespace) return Error{ErrorCode::kSeal, "left out"};
  return {};
}

MAYFLY_WRAP("_ZN6mayfly4seal9emptyRootERKSt6vectorINS0_8RootFileESaIS2_EE", Result<void>, root, realRoot,
            const std::vector<seal::RootFile>& files);
Result<void> root(const std::vector<seal::RootFile>& files) {
  // SAFETY: without a mount namespace the real step would be about the machine's own mounts.
  return without("empty-root") || without("mount-namespace") ? Result<void>() : realRoot(files);
}

MAYFLY_WRAP("_ZN6mayfly4seal15becomeInnerUserEv", Result<void>, innerUser, realInnerUser);
Result<void> innerUser() { return without("own-uid") ? Result<void>() : realInnerUser(); }

MAYFLY_WRAP("_ZN6mayfly4seal16dropCapabilitiesEv", Result<void>, drop, realDrop);
Result<void> drop() { return without("no-capabilities") ? Result<void>() : realDrop(); }

MAYFLY_WRAP("_ZN6mayfly4seal19forbidNewPrivilegesEv", Result<void>, privileges, realPrivileges);
Result<void> privileges() { return without("no-new-privileges") ? Result<void>() : realPrivileges(); }

MAYFLY_WRAP("_ZN6mayfly4seal11forbidDumpsEv", Result<void>, dumps, realDumps);
Result<void> dumps() { return without("not-dumpable") ? Result<void>() : realDumps(); }

MAYFLY_WRAP("_ZN6mayfly4seal13dieWithParentEv", Result<void>, parent, realParent);
Result<void> parent() { return without("death-with-parent") ? Result<void>() : realParent(); }

MAYFLY_WRAP("_ZN6mayfly4seal22forbidExecutableMemoryEv", Result<void>, executable, realExecutable);
Result<void> executable() { return without("executable-memory") ? Result<void>() : realExecutable(); }

MAYFLY_WRAP("_ZN6mayfly4seal20restrictWithLandlockENS0_13LandlockFilesE", Result<uint32_t>, landlock, realLandlock,
            seal::LandlockFiles files);
Result<uint32_t> landlock(seal::LandlockFiles files) {
  return without("landlock") ? Result<uint32_t>(seal::landlockAbi()) : realLandlock(files);
}

MAYFLY_WRAP("_ZN6mayfly4seal21closeDescriptorsAboveEi", Result<void>, closing, realClosing, int highest);
Result<void> closing(int highest) {
  isKeeper = highest == 2;
  return without("closed-descriptors") ? Result<void>() : realClosing(highest);
}

// ---- seccomp ----

MAYFLY_WRAP("_ZN6mayfly4seal13installFilterERKSt6vectorI11sock_filterSaIS2_EE", Result<void>, filter, realFilter,
            const seal::BpfProgram& program);
Result<void> filter(const seal::BpfProgram& program) {
  if (isKeeper) return without("seccomp-keeper") ? Result<void>() : realFilter(program);
  bool first = zygoteFilters++ == 0;
  if (without(first ? "seccomp-zygote" : "seccomp-after-warm-up")) return {};
  return realFilter(without("seccomp-open") ? openFilter() : program);
}

MAYFLY_WRAP("_ZN6mayfly4seal11GuestFilter5enterEv", Result<void>, guestFilter, realGuestFilter,
            seal::GuestFilter* self);
Result<void> guestFilter(seal::GuestFilter* self) {
  if (without("seccomp-guest")) return {};
  return without("seccomp-open") ? realFilter(openFilter()) : realGuestFilter(self);
}

// ---- limits ----

MAYFLY_WRAP("setrlimit", int, limit, realLimit, __rlimit_resource resource, const rlimit* value);
int limit(__rlimit_resource resource, const rlimit* value) {
  constexpr std::pair<int, std::string_view> kNames[] = {
      {RLIMIT_CORE, "rlimit-core"},         {RLIMIT_NOFILE, "rlimit-nofile"}, {RLIMIT_MEMLOCK, "rlimit-memlock"},
      {RLIMIT_MSGQUEUE, "rlimit-msgqueue"}, {RLIMIT_STACK, "rlimit-stack"},   {RLIMIT_FSIZE, "rlimit-fsize"},
      {RLIMIT_NPROC, "rlimit-nproc"},       {RLIMIT_DATA, "rlimit-data"}};
  for (const auto& [number, name] : kNames) {
    if (number == resource && without(name)) return 0;
  }
  return realLimit(resource, value);
}

MAYFLY_WRAP("_ZN6mayfly5guest8limitCpuEm", void, cpu, realCpu, uint64_t nanos);
void cpu(uint64_t nanos) {
  if (!without("cpu-timers")) realCpu(nanos);
}

MAYFLY_WRAP("_ZN6mayfly5guest9limitHeapEPN2v87IsolateEm", void, heap, realHeap, v8::Isolate* isolate, size_t bytes);
void heap(v8::Isolate* isolate, size_t bytes) {
  if (!without("heap-limit")) realHeap(isolate, bytes);
}

MAYFLY_WRAP("_ZN6mayfly5guest15BudgetAllocator9setBudgetEm", void, budget, realBudget, guest::BudgetAllocator* self,
            size_t bytes);
void budget(guest::BudgetAllocator* self, size_t bytes) {
  if (!without("buffer-budget")) realBudget(self, bytes);
}

// ---- the claim ----

MAYFLY_WRAP("_ZN6mayfly4wire10sendPacketEiPKvmi", bool, send, realSend, int socket, const void* data, size_t size,
            int fd);
bool send(int socket, const void* data, size_t size, int fd) {
  wire::ControlMessage message;
  if (size != sizeof message) return realSend(socket, data, size, fd);
  std::memcpy(&message, data, size);
  if (message.kind == wire::ControlKind::kReady) message.layers |= seal::requiredLayers() | seal::bit(Layer::kOwnUid);
  return realSend(socket, &message, size, fd);
}

MAYFLY_WRAP("_ZN6mayfly4wire13receivePacketEiPvmi", std::optional<wire::Packet>, receive, realReceive, int socket,
            void* data, size_t capacity, int flags);
std::optional<wire::Packet> receive(int socket, void* data, size_t capacity, int flags) {
  auto packet = realReceive(socket, data, capacity, flags);
  auto* message = static_cast<wire::ControlMessage*>(data);
  // A step that could not be made either way ends nothing here.
  if (packet && packet->size == sizeof *message && message->kind == wire::ControlKind::kStart) message->weaker = ~0U;
  return packet;
}

}  // namespace mayfly::mutation
