// SPDX-License-Identifier: Apache-2.0
#pragma once

// The rows of the ledger. Times are milliseconds since 1970 by the wall clock; ids and names are UTF-8.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mayfly {

// One run, one call or fetch of a worker, or what a worker used between calls.
struct UsageRecord {
  std::string tenant;
  std::string key;   // id of the key; empty without keys
  std::string kind;  // "run", "call", "fetch", "session", "idle"
  std::string id;    // the run's or worker's
  int64_t atMillis = 0;
  uint64_t cpuNanos = 0;
  uint64_t wallNanos = 0;
  uint64_t memoryByteMillis = 0;  // memory-time: resident bytes above the zygote's, times milliseconds
  uint64_t bytesIn = 0;
  uint64_t bytesOut = 0;
  std::string error;  // code, or empty
};

struct AuditEvent {
  std::string tenant;
  std::string key;
  std::string what;        // run, load, call, kill, evict, refuse, key.create, key.revoke, start, stop, lost
  std::string subject;     // id of the run, worker or key
  std::string detailJson;  // an object or empty; never a secret, never a program's text
  std::string trace;       // traceparent or empty
};

struct AuditRecord {
  uint64_t seq = 0;
  int64_t atMillis = 0;
  AuditEvent event;
  std::string hash;  // hex of SHA-256 over the record and the hash before it
};

// Kept elsewhere, it shows later whether the log was cut off or written anew.
struct AuditHead {
  uint64_t seq = 0;
  std::string hash;  // as in AuditRecord
};

struct AuditQuery {
  std::string tenant{};             // empty: all
  std::vector<std::string> what{};  // empty: all
  uint64_t afterSeq = 0;
  int64_t sinceMillis = 0;
  uint32_t limit = 1000;
};

struct UsageQuery {
  std::string tenant{};  // empty: all
  int64_t fromMillis = 0;
  int64_t toMillis = INT64_MAX;
  enum class By : uint8_t { kAll, kHour, kDay, kKey } by = By::kAll;
};

struct UsageRow {
  std::string tenant;
  std::string key;         // By::kKey
  int64_t fromMillis = 0;  // By::kHour, By::kDay
  uint64_t runs = 0;
  uint64_t calls = 0;
  uint64_t cpuNanos = 0;
  uint64_t wallNanos = 0;
  uint64_t memoryByteMillis = 0;
  uint64_t bytesIn = 0;
  uint64_t bytesOut = 0;
  uint64_t errors = 0;
};

// 0: the operator's default.
struct Quota {
  uint32_t concurrent = 0;    // sandboxes at once
  uint64_t cpuNanos = 0;      // per window
  uint64_t windowMillis = 0;  // of the CPU time
  uint64_t memoryBytes = 0;   // of all its guests together
  double requestsPerSecond = 0;
  bool operator==(const Quota&) const = default;
};

struct KeySpec {
  std::string tenant;
  std::string name{};
  bool isOperator = false;
  Quota quota{};
};

struct Key {
  std::string id;  // shown everywhere; says nothing about the secret
  KeySpec spec;
  int64_t createdMillis = 0;
  int64_t revokedMillis = 0;  // 0: in force
};

struct NewKey {
  Key key;
  std::string secret;  // shown once
};

// What a request under an idempotency key was answered.
struct StoredAnswer {
  std::string bodyHash;
  uint16_t status = 200;
  std::string body;
  int64_t atMillis = 0;
};

}  // namespace mayfly
