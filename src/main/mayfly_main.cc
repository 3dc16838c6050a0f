// SPDX-License-Identifier: Apache-2.0
// The mayfly program: daemon and command line. No V8 and no code of any guest in here.

#include <csignal>

#include "cli/command_line.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  return mayfly::cli::runCommandLine(argc, argv);
}
