// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the documents of a run (run_document.h) and of a worker (workers/worker_code.h) have in common: how a document
// is opened, the members that make a program, and what is said about members that nobody knows.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scheduler/json_members.h"
#include "scheduler/outcome.h"

namespace mayfly {

constexpr size_t kMaxRunDocument = 96U << 20U;

// The members of a caller's document. E_USAGE when it is no JSON object, E_LIMIT when it is too large or too deep.
Result<std::vector<JsonMember>> openDocument(std::string_view json);

// E_USAGE that names the nearest of the known members, or all of them. `what`: "the document".
Error unknownMember(std::string_view what, std::string_view name, std::span<const std::string_view> known);

// code, mainModule, modules, env, allow, limits, globalOutbound.
class ProgramMembers {
 public:
  // What the program has without the members that are read, its limits for example, stays as it is.
  explicit ProgramMembers(RunRequest& request) : request_(request) {}

  static std::span<const std::string_view> names();

  // Whether the member was one of these. Values are read at once, modules by finish().
  Result<bool> take(const JsonMember& member);
  Result<void> finish();

 private:
  RunRequest& request_;
  std::string_view modules_;
  std::string_view code_;
  std::string main_;
};

// A text with something in it, of at most 1024 bytes.
Result<void> readName(const JsonMember& member, std::string& target);

// Code that a run may make at run time: "eval", "wasm".
Result<void> allowCode(RunRequest& request, std::string_view what);

}  // namespace mayfly
