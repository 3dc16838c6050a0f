// SPDX-License-Identifier: Apache-2.0
#include "scheduler/run_document.h"

#include <array>
#include <vector>

#include "scheduler/program_members.h"

namespace mayfly {
namespace {

Error usage(std::string message) { return Error{ErrorCode::kUsage, std::move(message)}; }

constexpr std::array<std::string_view, 6> kCallNames = {"input",      "arguments", "props",
                                                        "entrypoint", "method",    "outputSchema"};

// Whether the member belongs to the call.
Result<bool> takeOfCall(const JsonMember& member, RunRequest& request) {
  if (member.name == "entrypoint" || member.name == "method") {
    MAYFLY_TRY(readName(member, member.name == "method" ? request.method : request.entrypoint));
    return true;
  }
  if (member.name == "arguments" && !member.value.starts_with('[')) return usage("\"arguments\" is not a list");
  bool schema = member.value.starts_with('{') || member.value == "true" || member.value == "false";
  if (member.name == "outputSchema" && !schema) {
    return usage("\"outputSchema\" is not a JSON Schema: an object, true or false");
  }
  const std::array<std::pair<std::string_view, std::string*>, 4> values = {
      {{"input", &request.inputJson},
       {"arguments", &request.argumentsJson},
       {"props", &request.propsJson},
       {"outputSchema", &request.outputSchemaJson}}};
  for (const auto& [name, target] : values) {
    if (member.name != name) continue;
    *target = member.value;
    return true;
  }
  return false;
}

Error unknown(const JsonMember& member) {
  std::vector<std::string_view> known(ProgramMembers::names().begin(), ProgramMembers::names().end());
  known.insert(known.end(), kCallNames.begin(), kCallNames.end());
  return unknownMember("the document", member.name, known);
}

Result<void> checkInputs(const RunRequest& request) {
  if (request.inputJson.empty() || request.argumentsJson.empty()) return {};
  return usage("give \"input\" or \"arguments\", not both");
}

}  // namespace

Result<RunRequest> parseCallDocument(std::string_view json, const Limits& defaults) {
  RunRequest request;
  request.limits = defaults;
  if (json.empty()) return request;
  auto members = openDocument(json);
  if (!members) return std::move(members).error();
  ProgramMembers program(request);
  for (const JsonMember& member : *members) {
    auto taken = member.name == "limits" ? program.take(member) : takeOfCall(member, request);
    if (!taken) return std::move(taken).error();
    if (*taken) continue;
    std::vector<std::string_view> known(kCallNames.begin(), kCallNames.end());
    known.emplace_back("limits");
    return unknownMember("the document", member.name, known);
  }
  MAYFLY_TRY(checkInputs(request));
  return request;
}

Result<RunRequest> parseRunDocument(std::string_view json, const Limits& defaults) {
  auto members = openDocument(json);
  if (!members) return std::move(members).error();
  RunRequest request;
  request.limits = defaults;
  ProgramMembers program(request);
  for (const JsonMember& member : *members) {
    auto taken = program.take(member);
    if (taken.ok() && !*taken) taken = takeOfCall(member, request);
    if (!taken) return std::move(taken).error();
    if (!*taken) return unknown(member);
  }
  MAYFLY_TRY(program.finish());
  MAYFLY_TRY(checkInputs(request));
  return request;
}

}  // namespace mayfly
