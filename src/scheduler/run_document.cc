// SPDX-License-Identifier: Apache-2.0
#include "scheduler/run_document.h"

#include <array>
#include <vector>

#include "scheduler/program_members.h"

namespace mayfly {
namespace {

Error usage(std::string message) { return Error{ErrorCode::kUsage, std::move(message)}; }

constexpr std::array<std::string_view, 5> kCallNames = {"input", "arguments", "props", "entrypoint", "method"};

// Whether the member belongs to the call.
Result<bool> takeOfCall(const JsonMember& member, RunRequest& request) {
  if (member.name == "entrypoint" || member.name == "method") {
    MAYFLY_TRY(readName(member, member.name == "method" ? request.method : request.entrypoint));
    return true;
  }
  if (member.name == "arguments" && !member.value.starts_with('[')) return usage("\"arguments\" is not a list");
  const std::array<std::pair<std::string_view, std::string*>, 3> values = {
      {{"input", &request.inputJson}, {"arguments", &request.argumentsJson}, {"props", &request.propsJson}}};
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

}  // namespace

Result<RunRequest> parseRunDocument(std::string_view json) {
  auto members = openDocument(json);
  if (!members) return std::move(members).error();
  RunRequest request;
  ProgramMembers program(request);
  for (const JsonMember& member : *members) {
    auto taken = program.take(member);
    if (taken.ok() && !*taken) taken = takeOfCall(member, request);
    if (!taken) return std::move(taken).error();
    if (!*taken) return unknown(member);
  }
  MAYFLY_TRY(program.finish());
  if (!request.inputJson.empty() && !request.argumentsJson.empty()) {
    return usage("give \"input\" or \"arguments\", not both");
  }
  return request;
}

}  // namespace mayfly
