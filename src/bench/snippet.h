// SPDX-License-Identifier: Apache-2.0
#pragma once

// The programs that are measured, and what each must answer. A nonce makes every text unique (no code cache can help)
// and every result different (no result can be taken for another's).

#include <cstdint>
#include <string>
#include <string_view>

#include "scheduler/outcome.h"

namespace mayfly::bench {

// A small function such as a model writes: one expression, `async (input) => ...`.
std::string snippetText(uint64_t nonce);
// What it answers, as JSON text.
std::string snippetResult(uint64_t nonce);
RunRequest snippetRequest(uint64_t nonce);

// The least that is still a program of its own: `async () => 17`. What remains is the price of the sandbox.
RunRequest leastRequest(uint64_t nonce);
std::string leastResult(uint64_t nonce);

// Logs once when it runs, then sleeps until an absolute time (milliseconds since 1970) and answers its nonce.
RunRequest sleeperRequest(uint64_t nonce, double untilMillis);
std::string sleeperResult(uint64_t nonce);

RunRequest programRequest(std::string_view text);

// The document of POST /v1/run or PUT /v1/workers/{id} with one JavaScript module.
std::string programDocument(std::string_view text);

// The next nonce; unique in this process, unlikely to be met again in another.
uint64_t nextNonce();

}  // namespace mayfly::bench
