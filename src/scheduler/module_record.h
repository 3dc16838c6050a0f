// SPDX-License-Identifier: Apache-2.0
#pragma once

// The rules for the modules of a run: which names they may have, what an extension stands for, how many and how large
// they may be. Every front (command line, documents, later HTTP) goes through these.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scheduler/outcome.h"

namespace mayfly {

// The language of a module by its extension; E_USAGE lists the known ones.
Result<Language> languageOfModule(std::string_view name);

// Its languages may be the main module.
bool isCode(Language language);
// Its bytes need not be text.
bool isBinary(Language language);

// "./lib/a.ts" is "lib/a.ts". E_USAGE for names that leave the record, are empty, or hold what no path should.
Result<std::string> moduleName(std::string_view path);

// E_USAGE for two modules of a name, a main module that is no code, and text that is no UTF-8; E_LIMIT for too many,
// too large, too long a name.
Result<void> checkModules(const std::vector<SourceModule>& modules);

// The whole of a run: what no guest would read (wire::decodeJob) is refused before one is asked.
Result<void> checkRun(const RunRequest& request);

}  // namespace mayfly
