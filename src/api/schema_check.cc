// SPDX-License-Identifier: Apache-2.0
#include "api/schema_check.h"

#include <utility>

#include "base/json_text.h"
#include "scheduler/tool_host.h"

namespace mayfly::api {
namespace {

using Problem = std::optional<SchemaProblem>;

RunError mismatch(const SchemaProblem& problem) {
  RunError error;
  error.code = ErrorCode::kSchema;
  error.name = "SchemaError";
  error.message = (problem.path.empty() ? "the result " : "the result at " + problem.path + " ") + problem.message;
  JsonObject(error.detailJson).text("path", problem.path);
  return error;
}

}  // namespace

void checkSchema(Scheduler& scheduler, const std::string& schemaJson, std::function<void(Result<void>)> done) {
  if (schemaJson.empty()) return done({});
  scheduler.toolHost().check(schemaJson, {}, [done = std::move(done)](Result<Problem> checked) {
    if (!checked) return done(std::move(checked).error());
    if (!checked->has_value()) return done({});
    done(Error{ErrorCode::kUsage, "\"outputSchema\" is no JSON Schema: " + (*checked)->message});
  });
}

void applySchema(Scheduler& scheduler, const std::string& schemaJson, Outcome outcome,
                 std::function<void(Outcome)> done) {
  if (schemaJson.empty() || !outcome.ok()) return done(std::move(outcome));
  // What a program returned as undefined matches no schema but those that ask for nothing.
  std::string value = outcome.resultJson.value_or("null");
  auto kept = std::make_shared<Outcome>(std::move(outcome));
  scheduler.toolHost().check(schemaJson, value, [kept, done = std::move(done)](Result<Problem> checked) {
    if (!checked) {
      kept->error = RunError{};
      kept->error->code = checked.error().code;
      kept->error->message = "checking the result against outputSchema: " + checked.error().message;
    } else if (checked->has_value()) {
      kept->error = mismatch(**checked);
    }
    if (kept->error) kept->resultJson.reset();
    done(std::move(*kept));
  });
}

}  // namespace mayfly::api
