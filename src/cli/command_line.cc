// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "cli/bench_command.h"
#include "cli/completion_command.h"
#include "cli/doctor_command.h"
#include "cli/ledger_flags.h"
#include "cli/run_command.h"
#include "cli/serve_command.h"

namespace mayfly::cli {
namespace {

void addSandboxFlags(CLI::App& command, SandboxFlags& flags) {
  command
      .add_option("--allow-weaker", flags.allowWeaker,
                  "run although these layers are missing: namespaces, landlock, uid, cgroup")
      ->delimiter(',')
      ->type_name("LAYERS");
  command.add_flag("--jitless", flags.jitless, "no executable memory in the guest: slower, a smaller target");
}

void addRun(CLI::App& app, RunFlags& flags) {
  CLI::App* run = app.add_subcommand("run", "run a program in a fresh sandbox");
  run->add_option("program", flags.program, "a .ts .tsx .js .jsx .mjs .cjs file, or - for standard input")
      ->type_name("FILE");
  run->add_option("-m,--module", flags.modules,
                  "add a module that the program can import: its path, or under which name (repeatable)")
      ->type_name("PATH[=FILE]");
  run->add_option("--modules", flags.document, "a whole program as a JSON document, in place of FILE")
      ->type_name("FILE");
  run->add_option("-i,--input", flags.input, "the program's argument: JSON, @file.json or @-")->type_name("JSON");
  run->add_option("-f,--file", flags.files,
                  "add a file to the input: text becomes a string, .json its value (repeatable)")
      ->type_name("NAME=PATH");
  run->add_option("--args", flags.arguments, "the whole argument list instead of --input: a JSON array")
      ->type_name("JSON");
  run->add_option("-e,--env", flags.env, "add a text to the program's env (repeatable)")->type_name("NAME=VALUE");
  run->add_option("--env-json", flags.envFile, "add the members of a JSON object to the program's env")
      ->type_name("FILE");
  run->add_option("--entrypoint", flags.entrypoint, "the export to run (default: the default export)")
      ->type_name("NAME");
  run->add_option("--method", flags.method, "the method of the entrypoint to call")->type_name("NAME");
  run->add_option("--props", flags.props, "what the entrypoint finds as ctx.props")->type_name("JSON");
  run->add_option("--allow", flags.allow, "switch on what is off: eval (code from strings), wasm (from bytes)")
      ->delimiter(',')
      ->type_name("WHAT");
  run->add_option("--cpu", flags.cpu, "CPU time limit (default 50ms)")->type_name("TIME");
  run->add_option("--wall", flags.wall, "wall clock limit (default 30s)")->type_name("TIME");
  run->add_option("--memory", flags.memory, "memory limit (default 64MB)")->type_name("SIZE");
  run->add_option("--output-limit", flags.output, "largest result (default 1MB)")->type_name("SIZE");
  run->add_option("--log-limit", flags.logs, "most log bytes (default 256KB)")->type_name("SIZE");
  run->add_flag("--json", flags.json, "one JSON document on stdout: result or error, logs, usage");
  run->add_flag("--trace", flags.trace, "show where the microseconds went");
  run->add_flag("-q,--quiet", flags.quiet, "no logs and no usage line");
  addSandboxFlags(*run, flags.sandbox);
  run->footer(
      "Examples:\n"
      "  mayfly run agent.ts --input '{\"n\": 3}'\n"
      "  mayfly run report.ts --file orders=orders.csv --file fx=fx.json --cpu 200ms\n"
      "  cat snippet.js | mayfly run -\n"
      "  mayfly run agent.ts --module rates.json --env REGION=eu\n"
      "  mayfly run --modules worker.json --entrypoint Agent --method total --args '[1, 2]'\n"
      "  mayfly run agent.ts --json | jq .usage\n\n"
      "Exit status: 0 fine, 1 the program failed, 2 usage, 3 a limit was hit, 4 refused by policy, 70 our own fault.");
}

void addServe(CLI::App& app, ServeFlags& flags) {
  CLI::App* serve = app.add_subcommand("serve", "run the daemon: programs over HTTP, WebSocket and RPC");
  serve->add_option("-l,--listen", flags.listen, "where to listen (repeatable; default 127.0.0.1:7070)")
      ->type_name("ADDRESS");
  serve->add_option("-d,--data", flags.data, "folder of keys, usage and audit log (default ~/.local/state/mayfly)")
      ->type_name("DIR");
  serve->add_option("-c,--config", flags.config, "settings (default ./mayfly.toml, /etc/mayfly/mayfly.toml)")
      ->type_name("FILE");
  serve->add_flag("--json", flags.json, "one JSON line on stdout when it is ready, and no other words");
  serve->add_option("--ready-fd", flags.readyFd, "write that line to this descriptor, then close it")->type_name("N");
  serve->add_flag("--until-stdin-closes", flags.untilStdinCloses, "end with whoever holds the other end of stdin");
  addSandboxFlags(*serve, flags.sandbox);
  serve->footer(
      "Examples:\n"
      "  mayfly serve\n"
      "  mayfly serve --listen unix:/run/mayfly.sock --data /var/lib/mayfly\n"
      "  curl -d '{\"code\": \"1 + 1\"}' http://127.0.0.1:7070/v1/run\n\n"
      "SIGTERM drains: what is under way may finish. A second one ends at once.");
}

void addDoctor(CLI::App& app, bool& json) {
  CLI::App* doctor =
      app.add_subcommand("doctor", "show which isolation layers are in force here, and what to do about a missing one");
  doctor->add_flag("--json", json, "one JSON document on stdout");
}

void addBench(CLI::App& app, BenchFlags& flags) {
  CLI::App* bench = app.add_subcommand("bench", "measure this machine: latency, rate, memory, limits, beside workerd");
  bench->add_flag("--quick", flags.quick, "few samples: about a minute instead of several");
  bench
      ->add_option("--only", flags.only,
                   "sections: a latency, b rate, c memory, d live at once, e kills, f neighbours, g floor, h CPU, i "
                   "web APIs, j HTTP, l RPC, m warm workers, n tenants, o restart")
      ->delimiter(',')
      ->type_name("a,b,...");
  bench->add_option("--rival-workerd", flags.workerd, "the workerd to compare with (default auto)")
      ->type_name("auto|none|PATH");
  bench->add_option("--node", flags.node, "the Node to compare with (default auto)")->type_name("auto|none|PATH");
  bench->add_flag("--json", flags.json, "one JSON document on stdout");
  bench->add_option("--report", flags.report, "write a Markdown report, such as docs/benchmarks.md")->type_name("FILE");
  addSandboxFlags(*bench, flags.sandbox);
  bench->footer("Examples:\n  mayfly bench --quick --only a,g\n  mayfly bench --report docs/benchmarks.md");
}

void addCompletion(CLI::App& app, std::string& shell) {
  CLI::App* completion = app.add_subcommand("completion", "print a completion script");
  completion->add_option("shell", shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("SHELL");
  completion->footer("Example:\n  source <(mayfly completion bash)");
}

}  // namespace

int runCommandLine(int argc, char** argv) {
  CLI::App app("Runs code that an AI agent has just written, each program in a sealed process of its own.", "mayfly");
  app.require_subcommand(0, 1);
  app.set_help_flag("-h,--help", "print this help");
  bool version = false;
  app.add_flag("-V,--version", version, "print the versions of mayfly and of the V8 that runs");
  app.footer("`mayfly COMMAND --help` shows examples.");
  RunFlags run;
  ServeFlags serve;
  BenchFlags bench;
  bool doctorJson = false;
  std::string shell;
  addRun(app, run);
  addServe(app, serve);
  addDoctor(app, doctorJson);
  addBench(app, bench);
  LedgerFlags ledger;
  addLedgerCommands(app, ledger);
  addCompletion(app, shell);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    int status = app.exit(error);
    return status == 0 ? 0 : errorInfo(ErrorCode::kUsage).exitStatus;
  }
  if (version) return versionCommand(false);
  if (app.got_subcommand("run")) return runCommand(run);
  if (app.got_subcommand("serve")) return serveCommand(serve);
  if (app.got_subcommand("bench")) return benchCommand(bench);
  if (app.got_subcommand("doctor")) return doctorCommand(doctorJson);
  if (app.got_subcommand("completion")) return completionCommand(app, shell);
  if (auto status = runLedgerCommand(app, ledger)) return *status;
  std::cout << app.help();
  return errorInfo(ErrorCode::kUsage).exitStatus;
}

}  // namespace mayfly::cli
