// SPDX-License-Identifier: Apache-2.0
#pragma once

// The V8 provider: the official Node executable exports the whole V8 API. Our library is preloaded into it and takes
// over before its main: Node itself never starts, unless we ask for it. This file and takeover.cc are all that knows.

namespace mayfly::launch {

using MainFunction = int (*)(int argc, char** argv, char** envp);

}  // namespace mayfly::launch

// Defined by each library that takes over (src/main). `original` is the executable's own main.
int mayflyMain(int argc, char** argv, char** envp, mayfly::launch::MainFunction original);
