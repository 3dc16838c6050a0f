// SPDX-License-Identifier: Apache-2.0
#include "launch/sealed_start.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/syscall.h"
#include "seal/seccomp_filter.h"
#include "wire/packet_socket.h"

namespace mayfly::launch {
namespace {

using seal::Layer;
using wire::ControlKind;
using wire::ControlMessage;

constexpr int kStartFailed = 70;

bool send(int control, const ControlMessage& message) { return wire::sendPacket(control, &message, sizeof message); }

ControlMessage expect(int control, ControlKind kind) {
  ControlMessage message;
  auto packet = wire::receivePacket(control, &message, sizeof message);
  // Without a daemon there is nobody to report to.
  if (!packet || packet->size != sizeof message || message.kind != kind) ::_exit(kStartFailed);
  return message;
}

void copyText(ControlMessage& message, std::string_view text) {
  size_t length = std::min(text.size(), sizeof message.text - 1);
  std::memcpy(message.text, text.data(), length);
  message.text[length] = '\0';
}

// The process that stays outside the pid namespace. It only waits, and ends as the zygote ended.
[[noreturn]] void keep(pid_t zygote) {
  bool confined = seal::closeDescriptorsAbove(2).ok() && seal::dieWithParent().ok() && seal::dropCapabilities().ok() &&
                  seal::forbidNewPrivileges().ok() && seal::forbidDumps().ok() &&
                  seal::installFilter(seal::compile(seal::ruleSet(seal::Profile::kKeeper))).ok();
  if (!confined) ::_exit(kStartFailed);
  int status = 0;
  retryEintr([&] { return ::wait4(zygote, &status, 0, nullptr); });
  ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

}  // namespace

SealedStart::SealedStart(int control) : control_(control), start_(expect(control, ControlKind::kStart)) {
  if (start_.version != wire::kControlVersion) {
    fail(Error{ErrorCode::kSeal, "the daemon and its library are of different builds"});
  }
}

void SealedStart::fail(const Error& error) {
  ControlMessage message;
  message.kind = ControlKind::kFailed;
  copyText(message, error.message);
  send(control_, message);
  ::_exit(kStartFailed);
}

void SealedStart::require(const Result<void>& outcome) {
  if (!outcome) fail(outcome.error());
}

bool SealedStart::attempt(Layer layer, const Result<void>& outcome) {
  if (outcome) {
    layers_ |= seal::bit(layer);
    return true;
  }
  if ((start_.weaker & seal::bit(layer)) == 0) fail(outcome.error());
  return false;
}

void SealedStart::makeUserNamespace() {
  if (!attempt(Layer::kUserNamespace, seal::enterNamespace(Layer::kUserNamespace))) return;
  ControlMessage message;
  message.kind = ControlKind::kNeedMaps;
  send(control_, message);
  expect(control_, ControlKind::kMapped);
  // The capabilities inside the namespace stay until dropCapabilities(): its root is not one of the ids we leave.
  require(seal::becomeInnerUser());
  if (start_.hostId != 0) layers_ |= seal::bit(Layer::kOwnUid);
}

void SealedStart::forkIntoPidNamespace() {
  if (!attempt(Layer::kPidNamespace, seal::enterNamespace(Layer::kPidNamespace))) return;
  pid_t zygote = ::fork();
  if (zygote < 0) fail(errnoError("fork into the pid namespace", ErrorCode::kSeal));
  if (zygote > 0) keep(zygote);
}

void SealedStart::enterNamespaces(int highestFd) {
  require(seal::closeDescriptorsAbove(highestFd));
  require(seal::limitResources());
  makeUserNamespace();
  // After the user ids have changed: the kernel forgets it then.
  require(seal::dieWithParent());
  for (Layer layer : {Layer::kMountNamespace, Layer::kNetworkNamespace, Layer::kIpcNamespace, Layer::kUtsNamespace,
                      Layer::kCgroupNamespace}) {
    attempt(layer, seal::enterNamespace(layer));
  }
  forkIntoPidNamespace();
}

void SealedStart::leaveRoot() {
  bool inUserNamespace = (layers_ & seal::bit(Layer::kUserNamespace)) != 0;
  if (!inUserNamespace && start_.hostId != 0) attempt(Layer::kOwnUid, seal::becomeUser(start_.hostId));
}

void SealedStart::seal(const SealPlan& plan) {
  attempt(Layer::kEmptyRoot, seal::emptyRoot(plan.files));
  require(seal::forbidFileGrowth());
  leaveRoot();
  attempt(Layer::kNoCapabilities, seal::dropCapabilities());
  // Once more: the ids may have changed again, and inside a pid namespace the parent is the keeper now.
  require(seal::dieWithParent());
  attempt(Layer::kNoNewPrivileges, seal::forbidNewPrivileges());
  attempt(Layer::kNotDumpable, seal::forbidDumps());
  if (plan.profile == seal::Profile::kZygoteJitless) require(seal::forbidExecutableMemory());
  auto landlock = seal::restrictWithLandlock(plan.landlock);
  if (landlock) landlockAbi_ = *landlock;
  attempt(Layer::kLandlock, landlock ? Result<void>() : Result<void>(landlock.error()));
  attempt(Layer::kSeccomp, seal::installFilter(seal::compile(seal::ruleSet(plan.profile))));
}

void SealedStart::ready(ControlMessage message) {
  message.kind = ControlKind::kReady;
  message.layers = layers_;
  message.landlockAbi = landlockAbi_;
  if (!send(control_, message)) ::_exit(kStartFailed);
}

}  // namespace mayfly::launch
