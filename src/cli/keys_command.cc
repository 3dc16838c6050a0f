// SPDX-License-Identifier: Apache-2.0
#include "cli/keys_command.h"

#include <unistd.h>

#include "base/json_text.h"
#include "base/timestamp.h"
#include "cli/ledger_access.h"
#include "ledger/ledger_json.h"

namespace mayfly::cli {
namespace {

constexpr const char* kTenantWithoutName = "default";

Result<KeySpec> readSpec(const KeysFlags& flags) {
  KeySpec spec;
  spec.tenant = flags.tenant;
  if (spec.tenant.empty()) {
    if (!flags.isOperator) return Error{ErrorCode::kUsage, "--tenant is missing: whose key is it?"};
    spec.tenant = kTenantWithoutName;
  }
  spec.name = flags.name;
  spec.isOperator = flags.isOperator;
  auto quota = parseQuota(flags.quota);
  if (!quota) return std::move(quota).error();
  spec.quota = *quota;
  MAYFLY_TRY(checkKeySpec(spec));
  return spec;
}

void printList(const std::vector<Key>& keys, const Terminal& out) {
  std::vector<std::vector<std::string>> rows = {{"ID", "TENANT", "NAME", "QUOTA", "CREATED", "STATE"}};
  for (const Key& key : keys) {
    std::string state = key.revokedMillis == 0 ? "in force" : "revoked " + timestampText(key.revokedMillis);
    if (key.spec.isOperator) state += ", operator";
    rows.push_back({printable(key.id), printable(key.spec.tenant), printable(key.spec.name), quotaText(key.spec.quota),
                    timestampText(key.createdMillis), state});
  }
  out.write(tableText(rows, std::vector<bool>(rows.front().size(), false), out));
}

}  // namespace

int createKeyCommand(const KeysFlags& flags) {
  auto spec = readSpec(flags);
  if (!spec) return complain(spec.error());
  auto open = openLedger(flags.data, IfMissing::kCreate);
  if (!open) return complain(open.error());
  auto made = open->ledger->createKey(*spec);
  if (!made) return complain(made.error());
  Terminal out(STDOUT_FILENO);
  if (flags.json) {
    std::string json;
    JsonObject(json).text("secret", made->secret).raw("key", keyJson(made->key));
    out.line(json);
    return 0;
  }
  Terminal(STDERR_FILENO)
      .line(made->key.id + " for the tenant " + made->key.spec.tenant + " (" + quotaText(made->key.spec.quota) +
            "). This is the only time that the key is shown:");
  out.line(made->secret);
  return 0;
}

int listKeysCommand(const KeysFlags& flags) {
  auto open = openLedger(flags.data, IfMissing::kRefuse);
  if (!open) return complain(open.error());
  auto keys = open->ledger->keys();
  if (!keys) return complain(keys.error());
  Terminal out(STDOUT_FILENO);
  if (!flags.json) {
    printList(*keys, out);
    return 0;
  }
  std::string json = "[";
  for (const Key& key : *keys) json += (json.size() > 1 ? "," : "") + keyJson(key);
  out.line(json + "]");
  return 0;
}

int revokeKeyCommand(const KeysFlags& flags) {
  auto open = openLedger(flags.data, IfMissing::kRefuse);
  if (!open) return complain(open.error());
  auto revoked = open->ledger->revokeKey(flags.id);
  if (!revoked) return complain(revoked.error());
  Terminal(STDERR_FILENO).line(printable(flags.id) + " is revoked");
  return 0;
}

}  // namespace mayfly::cli
