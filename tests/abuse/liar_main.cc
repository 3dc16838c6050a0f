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

[[noreturn]] void answerForks() {
  for (;;) {
    ControlMessage request;
    auto packet = mayfly::wire::receivePacket(kControl, &request, sizeof request);
    if (!packet || packet->size == 0) ::_exit(0);
    if (request.kind != ControlKind::kFork) continue;
    ControlMessage answer = of(ControlKind::kExited);
    answer.ticket = request.ticket;
    answer.waitStatus = 31;  // "killed by SIGSYS", said without proof
    say(answer);
  }
}

[[noreturn]] void lie(const std::string& how) {
  if (how == "unsealed") say(ready());
  if (how == "filters-only") {
    confine();
    say(ready());
    answerForks();
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
  ControlMessage start;
  mayfly::wire::receivePacket(kControl, &start, sizeof start);
  lie(howToLie());
}
