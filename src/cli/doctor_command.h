// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace mayfly::cli {

// `mayfly doctor`: starts a real zygote, shows which isolation layers are in force on this machine, what each stops,
// and what to do about a missing one. Exit status 0 when programs can run fully sealed, 70 when not.
int doctorCommand(bool json);

// `mayfly version`: ours and the one of the V8 that really runs.
int versionCommand(bool json);

}  // namespace mayfly::cli
