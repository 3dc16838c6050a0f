// SPDX-License-Identifier: Apache-2.0
// libmayfly-zygote.so: preloaded into the V8 provider; Node's own main never runs.

#include "guest/zygote.h"
#include "launch/takeover.h"
#include "wire/zygote_protocol.h"

int mayflyMain(int argc, char** argv, char** envp, mayfly::launch::MainFunction original) {
  (void)argc;
  (void)argv;
  (void)envp;
  (void)original;
  mayfly::guest::runZygote(mayfly::wire::kControlFd);
}
