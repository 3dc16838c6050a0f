// SPDX-License-Identifier: Apache-2.0
#pragma once

// What `mayfly run` reads before it runs: the program and its input. Every mistake gets a message that says what to do.

#include <string>
#include <vector>

#include "base/result.h"
#include "scheduler/outcome.h"

namespace mayfly::cli {

// The bytes of a file, or of standard input for "-". E_USAGE for what cannot be read or has more than 64 MiB.
Result<std::string> readFile(const std::string& path);

// The program: a path, or "-" for standard input. The extension names the language.
Result<SourceModule> readProgram(const std::string& path);

// The input as JSON text; empty when none was given. `json` is JSON, "@path" or "@-"; `files` are NAME=PATH, where a
// .json file becomes its value and any other file a string, together an object.
Result<std::string> readInput(const std::string& json, const std::vector<std::string>& files);

}  // namespace mayfly::cli
