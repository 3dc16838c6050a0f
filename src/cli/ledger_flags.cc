// SPDX-License-Identifier: Apache-2.0
#include "cli/ledger_flags.h"

namespace mayfly::cli {
namespace {

void addData(CLI::App& command, std::string& data) {
  command.add_option("--data", data, "the daemon's data folder (default $STATE_DIRECTORY or ~/.local/state/mayfly)")
      ->type_name("DIR");
}

void addCreate(CLI::App& keys, KeysFlags& flags) {
  CLI::App* create = keys.add_subcommand("create", "make a key and show it, once");
  create->add_option("--tenant", flags.tenant, "whose key it is")->type_name("TENANT");
  create->add_option("--name", flags.name, "what it is for")->type_name("TEXT");
  create->add_option("--concurrent", flags.quota.concurrent, "sandboxes at once")->type_name("N");
  create->add_option("--cpu-seconds", flags.quota.cpuSeconds, "CPU seconds per time: 3600/h, 10/m, 50000/d")
      ->type_name("N/TIME");
  create->add_option("--memory", flags.quota.memory, "memory of all the tenant's sandboxes")->type_name("SIZE");
  create->add_option("--rate", flags.quota.rate, "requests per time: 100/s, 30/m")->type_name("N/TIME");
  create->add_flag("--operator", flags.isOperator, "it sees all tenants");
  create->add_flag("--json", flags.json, "one JSON document on stdout");
  addData(*create, flags.data);
  create->footer("Example:\n  mayfly keys create --tenant acme --name ci --concurrent 64 --cpu-seconds 3600/h");
}

void addKeys(CLI::App& app, KeysFlags& flags) {
  CLI::App* keys = app.add_subcommand("keys", "make, list and revoke API keys");
  keys->require_subcommand(1);
  addCreate(*keys, flags);
  CLI::App* list = keys->add_subcommand("list", "show all keys, without their secrets");
  list->add_flag("--json", flags.json, "one JSON document on stdout");
  addData(*list, flags.data);
  CLI::App* revoke = keys->add_subcommand("revoke", "end a key; a daemon that runs refuses it from now on");
  revoke->add_option("id", flags.id, "its id, as `keys list` shows it")->required()->type_name("ID");
  addData(*revoke, flags.data);
}

void addLogs(CLI::App& app, LogsFlags& flags) {
  CLI::App* logs = app.add_subcommand("logs", "print or check the audit log");
  logs->add_flag("-f,--follow", flags.follow, "the last ten records, then new ones as they come");
  logs->add_option("--tenant", flags.tenant, "only this tenant's")->type_name("TENANT");
  logs->add_option("--what", flags.what, "only these: run, load, call, kill, evict, refuse, key.create, ...")
      ->delimiter(',')
      ->type_name("KIND,...");
  logs->add_option("--since", flags.since, "only from then on: 2026-11-21T09:30:00Z, 2026-11-21, or 30m, 12h, 7d ago")
      ->type_name("TIME");
  logs->add_flag("--json", flags.json, "one JSON document per line");
  logs->add_flag("--verify", flags.verify, "check every hash instead, and print the last");
  logs->add_option("--head", flags.head, "with --verify: the log must still hold this record")->type_name("SEQ:HASH");
  addData(*logs, flags.data);
  logs->footer(
      "Examples:\n  mayfly logs -f --tenant acme\n  mayfly logs --since 1h --what kill,refuse --json\n  mayfly logs "
      "--verify");
}

void addUsage(CLI::App& app, UsageFlags& flags) {
  CLI::App* usage = app.add_subcommand("usage", "show what tenants have used");
  usage->add_option("--by", flags.by, "a row for each: day (default), hour, key, or all in one")
      ->check(CLI::IsMember({"day", "hour", "key", "all"}))
      ->type_name("WHAT");
  usage->add_option("--tenant", flags.tenant, "only this tenant")->type_name("TENANT");
  usage->add_option("--from", flags.from, "from the hour in which this lies: a time, a date, or 12h, 7d ago")
      ->type_name("TIME");
  usage->add_option("--to", flags.to, "before this time")->type_name("TIME");
  usage->add_flag("--json", flags.json, "one JSON document on stdout");
  addData(*usage, flags.data);
  usage->footer("Example:\n  mayfly usage --by key --from 30d");
}

}  // namespace

void addLedgerCommands(CLI::App& app, LedgerFlags& flags) {
  addKeys(app, flags.keys);
  addLogs(app, flags.logs);
  addUsage(app, flags.usage);
}

std::optional<int> runLedgerCommand(const CLI::App& app, const LedgerFlags& flags) {
  if (app.got_subcommand("logs")) return logsCommand(flags.logs);
  if (app.got_subcommand("usage")) return usageCommand(flags.usage);
  if (!app.got_subcommand("keys")) return std::nullopt;
  const CLI::App* keys = app.get_subcommand("keys");
  if (keys->got_subcommand("create")) return createKeyCommand(flags.keys);
  if (keys->got_subcommand("revoke")) return revokeKeyCommand(flags.keys);
  return listKeysCommand(flags.keys);
}

}  // namespace mayfly::cli
