// SPDX-License-Identifier: Apache-2.0
#pragma once

// GET /v1/usage and GET /v1/audit: what the ledger holds of the caller's tenant; of all tenants for the operator.

#include "api/accounting.h"
#include "api/exchange.h"

namespace mayfly::api {

Answer usageAnswer(Parts& parts, const Exchange& exchange);
Answer auditAnswer(Parts& parts, const Exchange& exchange);

// The queries of a target. E_USAGE names the parameter.
Result<UsageQuery> parseUsageQuery(std::string_view target);
Result<AuditQuery> parseAuditQuery(std::string_view target);

}  // namespace mayfly::api
