// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace mayfly::cli {

// Parses the command line and runs the subcommand. Answers the process's exit status.
int runCommandLine(int argc, char** argv);

}  // namespace mayfly::cli
