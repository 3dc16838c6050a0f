// SPDX-License-Identifier: Apache-2.0
#pragma once

// The tables of the ledger and how an older file becomes a newer one. The version is SQLite's user_version; a file that
// is newer than this program is refused, and so is a database of something else.

#include "base/result.h"
#include "ledger/database.h"

namespace mayfly {

// Of this program.
int64_t ledgerSchemaVersion();

// Makes or migrates the tables, in one transaction. Two processes may do so at once.
Result<void> prepareSchema(Database& database);

}  // namespace mayfly
