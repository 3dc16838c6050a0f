// SPDX-License-Identifier: Apache-2.0
#pragma once

// outputSchema: before a program runs, whether it is a schema; afterwards, whether the result matches.

#include <functional>

#include "scheduler/scheduler.h"

namespace mayfly::api {

// `done`, now or later: nothing, or E_USAGE with what is wrong with the schema. No schema is fine.
void checkSchema(Scheduler& scheduler, const std::string& schemaJson, std::function<void(Result<void>)> done);

// `done`, now or later, with the outcome, whose result has become E_SCHEMA with the path when it does not match.
void applySchema(Scheduler& scheduler, const std::string& schemaJson, Outcome outcome,
                 std::function<void(Outcome)> done);

}  // namespace mayfly::api
