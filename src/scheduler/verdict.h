// SPDX-License-Identifier: Apache-2.0
#pragma once

// From what ended a run to the error of its outcome. What a guest says about itself is its own word; why it died is the
// kernel's.

#include <string>

#include "scheduler/outcome.h"
#include "scheduler/zygote.h"
#include "wire/guest_protocol.h"

namespace mayfly {

RunError fromError(const Error& error);
RunError fromFailure(const wire::Failure& failure);
RunError limitError(ErrorCode code, std::string limit, std::string message);

// For a guest that ended without a reply. `baselineResident`: memory that every guest of its zygote has.
RunError explainDeath(const GuestExit& exit, const Limits& limits, uint64_t baselineResident);

// Names the limit of an error that is about one, and says what to do.
void refineLimitError(RunError& error, const Limits& limits);

}  // namespace mayfly
