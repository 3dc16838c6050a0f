// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"

#include <CLI/CLI.hpp>

#include "cli/run_command.h"

namespace mayfly::cli {
namespace {

void addSandboxFlags(CLI::App& command, SandboxFlags& flags) {
  command.add_option("--allow-weaker", flags.allowWeaker, "run although these layers are missing: namespaces, landlock, uid, cgroup")
      ->delimiter(',')
      ->type_name("LAYERS");
  command.add_flag("--jitless", flags.jitless, "no executable memory in the guest: slower, a smaller target");
}

void addRun(CLI::App& app, RunFlags& flags) {
  CLI::App* run = app.add_subcommand("run", "run a program in a fresh sandbox");
  run->add_option("program", flags.program, "a .ts .tsx .js .jsx .mjs file, or - for standard input")->required()->type_name("FILE");
  run->add_option("-i,--input", flags.input, "the program's argument: JSON, @file.json or @-")->type_name("JSON");
  run->add_option("-f,--file", flags.files, "add a file to the input: text becomes a string, .json its value (repeatable)")->type_name("NAME=PATH");
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
      "  mayfly run agent.ts --json | jq .usage\n\n"
      "Exit status: 0 fine, 1 the program failed, 2 usage, 3 a limit was hit, 4 refused by policy, 70 our own fault.");
}

}  // namespace

int runCommandLine(int argc, char** argv) {
  CLI::App app("Runs code that an AI agent has just written, each program in a sealed process of its own.", "mayfly");
  app.require_subcommand(1);
  app.set_version_flag("--version", MAYFLY_VERSION);
  RunFlags run;
  addRun(app, run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    int status = app.exit(error);
    return status == 0 ? 0 : 2;
  }
  return runCommand(run);
}

}  // namespace mayfly::cli
