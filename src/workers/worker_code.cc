// SPDX-License-Identifier: Apache-2.0
#include "workers/worker_code.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/json_text.h"
#include "base/sha256.h"
#include "scheduler/json_members.h"
#include "scheduler/module_record.h"
#include "scheduler/program_members.h"

namespace mayfly {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"compatibilityDate", "compatibilityFlags", "loaders"};
constexpr std::array<std::string_view, 2> kBoundNames = {"bindings", "outbound"};
constexpr std::array<std::string_view, 6> kCallNames = {"input",      "arguments", "props",
                                                        "entrypoint", "method",    "outputSchema"};
constexpr size_t kMaxId = 200;
// A larger env is compared as text: to sort its members takes a copy for each of its levels.
constexpr size_t kMaxSorted = 1U << 20U;

Error usage(std::string message) { return Error{ErrorCode::kUsage, std::move(message)}; }

Result<void> readNames(const JsonMember& member, std::vector<std::string>& names) {
  auto items = jsonItems(member.value);
  if (!items) return usage("\"" + member.name + "\" is not a list of names");
  if (items->size() > wire::kMaxBindings) {
    return Error{ErrorCode::kLimit,
                 "\"" + member.name + "\" has more than " + std::to_string(wire::kMaxBindings) + " names"};
  }
  for (std::string_view item : *items) {
    auto name = jsonStringValue(item);
    if (!name || name->empty()) return usage("\"" + member.name + "\" is not a list of names");
    if (name->size() > wire::kMaxNameBytes) {
      return Error{ErrorCode::kLimit, "\"" + member.name + "\" has a name of more than 1024 bytes"};
    }
    names.push_back(std::move(*name));
  }
  return {};
}

Result<bool> takeOfWorker(const JsonMember& member, Bindings bindings, WorkerCode& code) {
  // Workers' dates and flags choose between old and new behaviour; there is one behaviour here.
  if (member.name == "compatibilityDate" || member.name == "compatibilityFlags") return true;
  if (member.name == "loaders") {
    MAYFLY_TRY(readNames(member, code.loaders));
    return true;
  }
  if (std::find(kBoundNames.begin(), kBoundNames.end(), member.name) == kBoundNames.end()) return false;
  if (bindings == Bindings::kRefused) {
    return usage("\"" + member.name + "\" needs a session with whoever loads the worker: use GET /v1/rpc");
  }
  if (member.name == "bindings") {
    MAYFLY_TRY(readNames(member, code.bindings));
    return true;
  }
  if (member.value != "true" && member.value != "false") return usage("\"outbound\" is not true or false");
  code.outbound = member.value == "true";
  return true;
}

Error unknown(const JsonMember& member, Bindings bindings) {
  if (std::find(kCallNames.begin(), kCallNames.end(), member.name) != kCallNames.end()) {
    return usage("the document of a worker has no member \"" + member.name + "\": that belongs to a call");
  }
  std::vector<std::string_view> known(ProgramMembers::names().begin(), ProgramMembers::names().end());
  known.insert(known.end(), kNames.begin(), kNames.end());
  if (bindings == Bindings::kAllowed) known.insert(known.end(), kBoundNames.begin(), kBoundNames.end());
  return unknownMember("the document", member.name, known);
}

// A name in env means one thing.
Result<void> checkNames(const WorkerCode& code) {
  std::unordered_set<std::string> seen;
  if (!code.program.envJson.empty()) {
    auto members = jsonMembers(code.program.envJson, "\"env\"");
    if (!members) return std::move(members).error();
    for (JsonMember& member : *members) seen.insert(std::move(member.name));
  }
  for (const auto* names : {&code.bindings, &code.loaders}) {
    for (const std::string& name : *names) {
      if (!seen.insert(name).second) {
        return usage("the name " + shownText(name) + " is given twice in \"env\", \"bindings\" and \"loaders\"");
      }
    }
  }
  return {};
}

void lower(Limits& limits, const Limits& ceilings) {
  limits.cpu = std::min(limits.cpu, ceilings.cpu);
  limits.wall = std::min(limits.wall, ceilings.wall);
  limits.memoryBytes = std::min(limits.memoryBytes, ceilings.memoryBytes);
  limits.outputBytes = std::min(limits.outputBytes, ceilings.outputBytes);
  limits.logBytes = std::min(limits.logBytes, ceilings.logBytes);
}

// Every part with its length before it, so that no two programs have the same text.
class CanonicalForm {
 public:
  CanonicalForm& text(std::string_view text) {
    number(text.size());
    hash_.update(text);
    return *this;
  }
  CanonicalForm& number(uint64_t value) {
    hash_.update(std::to_string(value)).update(";");
    return *this;
  }
  CanonicalForm& names(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    number(names.size());
    for (const std::string& name : names) text(name);
    return *this;
  }
  std::string hex() { return hexOf(hash_.finish()); }

 private:
  Sha256 hash_;
};

std::string hashOf(const WorkerCode& code) {
  const RunRequest& program = code.program;
  std::vector<const SourceModule*> modules;
  for (const SourceModule& module : program.modules) modules.push_back(&module);
  std::sort(modules.begin() + 1, modules.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  CanonicalForm form;
  form.number(modules.size());
  for (const SourceModule* module : modules) {
    form.text(module->name).number(static_cast<uint64_t>(module->language)).text(module->source);
  }
  form.text(program.envJson.size() <= kMaxSorted ? canonicalJson(program.envJson) : program.envJson);
  form.number(program.allowEval ? 1 : 0).number(program.allowWasm ? 1 : 0).number(code.outbound ? 1 : 0);
  const Limits& limits = program.limits;
  form.number(static_cast<uint64_t>(limits.cpu.count())).number(static_cast<uint64_t>(limits.wall.count()));
  form.number(limits.memoryBytes).number(limits.outputBytes).number(limits.logBytes);
  return form.names(code.bindings).names(code.loaders).hex();
}

}  // namespace

Result<WorkerCode> parseWorkerDocument(std::string_view json, const Limits& defaults, const Limits& ceilings,
                                       Bindings bindings) {
  auto members = openDocument(json);
  if (!members) return std::move(members).error();
  WorkerCode code;
  code.program.limits = defaults;
  ProgramMembers program(code.program);
  for (const JsonMember& member : *members) {
    auto taken = program.take(member);
    if (taken.ok() && !*taken) taken = takeOfWorker(member, bindings, code);
    if (!taken) return std::move(taken).error();
    if (!*taken) return unknown(member, bindings);
  }
  MAYFLY_TRY(program.finish());
  MAYFLY_TRY(checkNames(code));
  MAYFLY_TRY(checkRun(code.program));
  lower(code.program.limits, ceilings);
  code.hash = hashOf(code);
  return code;
}

Result<void> checkWorkerId(std::string_view id) {
  constexpr std::string_view kOthers = "._-:@";
  bool fine = !id.empty() && id.size() <= kMaxId;
  for (char c : id) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    fine = fine && (letter || kOthers.find(c) != std::string_view::npos);
  }
  if (fine) return {};
  return usage("the id " + shownText(id) + " is not 1 to 200 characters of letters, digits and . _ - : @");
}

}  // namespace mayfly
