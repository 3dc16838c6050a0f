// SPDX-License-Identifier: Apache-2.0
#pragma once

// The ledger's rows as the API and the command line show them (docs/api.md).

#include <span>
#include <string>

#include "ledger/records.h"

namespace mayfly {

// {"rows": [...]}
std::string usageJson(std::span<const UsageRow> rows, UsageQuery::By by);
std::string auditJson(const AuditRecord& record);
// Without the secret.
std::string keyJson(const Key& key);

}  // namespace mayfly
