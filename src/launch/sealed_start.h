// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a process seals itself, in order (security.md 5.4). The daemon is at the other end of the control socket: it
// writes the user map, checks the result from outside, and sends nothing of a guest before kReady.
//
//   SealedStart start(kControlFd);
//   start.enterNamespaces();      // returns in pid 1 of the new namespaces
//   ... initialise V8, warm up ...
//   start.seal(plan);             // no way back
//   start.ready(message);
//
// Every step that fails ends the process with a kFailed message that names it, unless the operator named the layer's
// group as one that may be missing.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "seal/layers.h"
#include "seal/seccomp_rules.h"
#include "seal/steps.h"
#include "wire/zygote_protocol.h"

namespace mayfly::launch {

struct SealPlan {
  seal::Profile profile = seal::Profile::kZygote;
  std::vector<seal::RootFile> files;
  seal::LandlockFiles landlock = seal::LandlockFiles::kNone;
};

class SealedStart {
 public:
  // Waits for kStart.
  explicit SealedStart(int control);

  // Closes every descriptor above `highestFd`.
  void enterNamespaces(int highestFd = wire::kControlFd);
  void seal(const SealPlan& plan);
  // Fills in the layers in force and sends kReady.
  void ready(wire::ControlMessage message);

  [[nodiscard]] const wire::ControlMessage& request() const { return start_; }
  [[noreturn]] void fail(const Error& error);

 private:
  bool attempt(seal::Layer layer, const Result<void>& outcome);
  void require(const Result<void>& outcome);
  void makeUserNamespace();
  void forkIntoPidNamespace();
  void leaveRoot();

  int control_;
  wire::ControlMessage start_;
  seal::LayerSet layers_ = 0;
  uint32_t landlockAbi_ = 0;
};

}  // namespace mayfly::launch
