// SPDX-License-Identifier: Apache-2.0
// libmayfly-liar.so: takes the zygote's place and lies to the daemon over the control socket (security.md case 93). Its
// file name says how: libmayfly-liar.HOW.so, a link that the test makes. Nothing is sealed here, on purpose: what it
// claims must not be believed.

#include <dlfcn.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <string>

#include "launch/sealed_start.h"
#include "launch/takeover.h"
#include "seal/layers.h"
#include "seal/seccomp_filter.h"
#include "seal/steps.h"
#include "wire/packet_socket.h"
#include "wire/zygote_protocol.h"

namespace {

namespace seal = mayfly::seal;
using mayfly::wire::ControlKind;
using mayfly::wire::ControlMessage;
constexpr int kControl = mayfly::wire::kControlFd;

std::string howToLie() {
  Dl_info info{};
  ::dladdr(reinterpret_cast<void*>(&howToLie), &info);
  std::string name = info.dli_fname == nullptr ? "" : info.dli_fname;
  size_t end = name.rfind('.');
  size_t begin = name.rfind('.', end - 1);
  return name.substr(begin + 1, end - begin - 1);
}

void say(const ControlMessage& message, size_t size = sizeof(ControlMessage)) {
  mayfly::wire::sendPacket(kControl, &message, size);
}

ControlMessage ready() {
  ControlMessage message;
  message.kind = ControlKind::kReady;
  message.layers = ~0U;
  std::strcpy(message.text, "0.0.0");
  return message;
}

ControlMessage of(ControlKind kind) {
  ControlMessage message;
  message.kind = kind;
  return message;
}

// All that can be had without namespaces, so that only what is missing can give the lie away.
void confine() {
  bool done = seal::forbidNewPrivileges().ok() && seal::dropCapabilities().ok() && seal::forbidDumps().ok();
  seal::RuleSet all{.otherwise = SECCOMP_RET_ALLOW, .rules = {}};
  done = done && seal::installFilter(seal::compile(all)).ok() && seal::installFilter(seal::compile(all)).ok();
  if (!done) ::_exit(1);
}

// "Forked, and killed by SIGSYS", said without proof.
void sayKilled(const ControlMessage& request) {
  ControlMessage forked = of(ControlKind::kForked);
  forked.ticket = request.ticket;
  say(forked);
  ControlMessage exited = of(ControlKind::kExited);
  exited.ticket = request.ticket;
  exited.waitStatus = SIGSYS;
  say(exited);
}

ControlMessage nextFork() {
  for (;;) {
    ControlMessage request;
    auto packet = mayfly::wire::receivePacket(kControl, &request, sizeof request);
    if (!packet || packet->size == 0) ::_exit(0);
    if (request.kind == ControlKind::kFork) return request;
  }
}

// Answers to tickets that are its own and to others, twice, with numbers that cannot be.
void sayNonsense(const ControlMessage& request) {
  for (uint64_t ticket : {request.ticket, request.ticket + 1, request.ticket + 1000, ~request.ticket}) {
    for (ControlKind kind : {ControlKind::kForked, ControlKind::kForked, ControlKind::kExited, ControlKind::kExited}) {
      ControlMessage message = of(kind);
      message.ticket = ticket;
      message.pid = message.waitStatus = -1;
      message.userNanos = message.systemNanos = message.peakBytes = ~0ULL;
      say(message);
    }
  }
  for (uint32_t kind = 0; kind < 80; ++kind) say(of(static_cast<ControlKind>(kind)));
}

// What it does with the request of a run.
void answerRun(const std::string& how, const ControlMessage& request) {
  ControlMessage own = of(ControlKind::kForked);
  own.ticket = request.ticket;
  if (how == "sealed-exits") sayKilled(request);
  if (how == "sealed-forks-only") say(own);
  if (how == "sealed-forks-twice") {
    say(own);
    say(own);
  }
  if (how == "sealed-unforked") {
    own.kind = ControlKind::kExited;
    say(own);
  }
  if (how == "sealed-foreign") say(of(ControlKind::kForked));
  if (how == "sealed-ready-twice") say(ready());
  if (how == "sealed-maps") say(of(ControlKind::kNeedMaps));
  if (how == "sealed-fails") say(of(ControlKind::kFailed));
  if (how == "sealed-confused") sayNonsense(request);
  // No answer, and words enough to keep anybody busy who waits for them to end.
  if (how == "sealed-flood") {
    for (;;) say(of(ControlKind::kForked));
  }
}

// A zygote that is sealed as it should be and lies afterwards: what it does with the daemon's requests.
[[noreturn]] void lieUnderSeal(const std::string& how) {
  mayfly::launch::SealedStart start(kControl);
  start.enterNamespaces();
  start.seal({});
  if (!seal::installFilter(seal::compile(seal::afterWarmUpRules())).ok()) ::_exit(1);
  start.ready({});
  for (;;) {
    ControlMessage request = nextFork();
    bool probe = (request.forkFlags & mayfly::wire::kForkProbe) != 0;
    // The self-test has to pass before there is a run to lie about.
    if (!probe) {
      answerRun(how, request);
    } else if (how != "sealed-silent-probes") {
      sayKilled(request);
    }
  }
}

[[noreturn]] void lie(const std::string& how) {
  if (how == "unsealed") say(ready());
  if (how == "filters-only") {
    confine();
    say(ready());
    for (;;) sayKilled(nextFork());
  }
  if (how == "early") say(of(ControlKind::kForked));
  if (how == "short") say(ready(), 8);
  if (how == "empty-kind") say(ControlMessage{});
  if (how == "version") {
    ControlMessage message = ready();
    message.version = 99;
    say(message);
  }
  if (how == "failed") {
    ControlMessage message = of(ControlKind::kFailed);
    std::memset(message.text, 0xff, sizeof message.text);  // no end, no UTF-8
    say(message);
  }
  if (how == "maps-twice") {
    for (int i = 0; i < 3; ++i) say(of(ControlKind::kNeedMaps));
  }
  if (how == "exit") ::_exit(3);
  if (how == "crash") std::abort();
  if (how == "flood") {
    for (;;) say(of(ControlKind::kNeedMaps));
  }
  if (how == "silent") ::prctl(PR_SET_NAME, "silent");
  for (;;) ::poll(nullptr, 0, -1);
}

}  // namespace

int mayflyMain(int argc, char** argv, char** envp, mayfly::launch::MainFunction original) {
  (void)argc;
  (void)argv;
  (void)envp;
  (void)original;
  std::string how = howToLie();
  if (how.starts_with("sealed-")) lieUnderSeal(how);
  ControlMessage start;
  mayfly::wire::receivePacket(kControl, &start, sizeof start);
  lie(how);
}
