// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's
class App;
}

namespace mayfly::cli {

// `mayfly completion bash|zsh|fish`: a completion script made from the commands and flags that there are.
int completionCommand(const CLI::App& app, const std::string& shell);

}  // namespace mayfly::cli
