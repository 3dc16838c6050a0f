// SPDX-License-Identifier: Apache-2.0
#include "cli/completion_command.h"

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "cli/terminal.h"

namespace mayfly::cli {
namespace {

// Those of its own and of its subcommands, and the names of these.
std::string flagsOf(const CLI::App& command) {
  std::string flags;
  for (const CLI::App* inner : command.get_subcommands([](const CLI::App*) { return true; })) {
    flags += (flags.empty() ? "" : " ") + inner->get_name() + " " + flagsOf(*inner);
  }
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) flags += (flags.empty() ? "--" : " --") + name;
  }
  return flags;
}

std::vector<const CLI::App*> commandsOf(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::string names(const CLI::App& app) {
  std::string all;
  for (const CLI::App* command : commandsOf(app)) all += (all.empty() ? "" : " ") + command->get_name();
  return all;
}

std::string bashScript(const CLI::App& app) {
  std::string out =
      "_mayfly() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} words=\n"
      "  if [[ $COMP_CWORD -eq 1 ]]; then words='" +
      names(app) +
      " --help --version'; else\n"
      "    case ${COMP_WORDS[1]} in\n";
  for (const CLI::App* command : commandsOf(app)) {
    out += "      " + command->get_name() + ") words='" + flagsOf(*command) + "' ;;\n";
  }
  return out +
         "    esac\n"
         "  fi\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "  if [[ ${COMP_WORDS[1]} == run && $word != -* ]]; then COMPREPLY+=($(compgen -f -- \"$word\")); fi\n"
         "}\n"
         "complete -o filenames -F _mayfly mayfly\n";
}

std::string zshScript(const CLI::App& app) {
  return "#compdef mayfly\nautoload -U +X bashcompinit && bashcompinit\n" + bashScript(app);
}

std::string fishScript(const CLI::App& app) {
  std::string out = "complete -c mayfly -n __fish_use_subcommand -f\n";
  for (const CLI::App* command : commandsOf(app)) {
    out += "complete -c mayfly -n __fish_use_subcommand -a " + command->get_name() + " -d '" +
           command->get_description() + "'\n";
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        out += "complete -c mayfly -n '__fish_seen_subcommand_from " + command->get_name() + "' -l " + name + "\n";
      }
    }
  }
  return out;
}

}  // namespace

int completionCommand(const CLI::App& app, const std::string& shell) {
  Terminal out(STDOUT_FILENO);
  out.write(shell == "fish" ? fishScript(app) : shell == "zsh" ? zshScript(app) : bashScript(app));
  return 0;
}

}  // namespace mayfly::cli
