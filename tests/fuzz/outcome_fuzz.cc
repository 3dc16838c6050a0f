// SPDX-License-Identifier: Apache-2.0
// A guest's frames on their way to the caller, as scheduler/run.cc takes them: decoded, checked, made into the JSON
// document and into text for a terminal. The document is valid and says what we say; the text is harmless.
// Input: u8 kind, then the payload of a log, result or failure.

#include <simdjson.h>

#include "cli/outcome_text.h"
#include "fuzz_input.h"
#include "scheduler/json_check.h"
#include "scheduler/outcome.h"
#include "scheduler/verdict.h"

namespace {

using namespace mayfly;  // NOLINT(google-build-using-namespace)

simdjson::dom::parser parser;

simdjson::dom::object parsed(const std::string& document) {
  simdjson::dom::object object;
  FUZZ_CHECK(parser.parse(document).get(object) == simdjson::SUCCESS);
  return object;
}

bool goodDetail(const wire::Failure& failure) {
  return failure.detailJson.empty() || checkJson(failure.detailJson).ok();
}

void onFailure(std::string_view payload) {
  auto failure = wire::decodeFailure(payload);
  if (!failure || !goodDetail(*failure)) return;
  for (const wire::Failure& cause : failure->causes) {
    if (!goodDetail(cause)) return;
  }
  Outcome outcome;
  outcome.id = "run_1";
  outcome.error = fromFailure(*failure);
  auto object = parsed(outcomeJson(outcome, "", false));
  FUZZ_CHECK(object["status"].get_string().value_unsafe() == "error");
  FUZZ_CHECK(object["error"]["code"].get_string().value_unsafe() == errorInfo(failure->code).code);
  FUZZ_CHECK(fuzz::isHarmlessOnATerminal(cli::errorText(*outcome.error, cli::Terminal(1))));
}

void onResult(std::string_view payload) {
  auto result = wire::decodeResult(payload);
  if (!result || !result->defined || !checkJson(result->json)) return;
  Outcome outcome;
  outcome.id = "run_1";
  outcome.resultJson = result->json;
  std::string document = outcomeJson(outcome, "", false);
  if (!checkJson(document).ok()) return;  // one level too deep now, or a number that simdjson has no type for
  simdjson::dom::object object;
  if (parser.parse(document).get(object) != simdjson::SUCCESS) return;
  FUZZ_CHECK(object.size() == 4);
  FUZZ_CHECK(object["status"].get_string().value_unsafe() == "ok");
}

void onLog(std::string_view payload) {
  auto log = wire::decodeLog(payload);
  if (!log || !checkJson(log->argsJson) || !log->argsJson.starts_with('[')) return;
  std::string json = logJson(*log);
  FUZZ_CHECK(isUtf8(json));
  for (char c : json) FUZZ_CHECK(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\r' || c == '\t');
  if (!checkJson(log->argsJson).ok()) return;
  simdjson::dom::object object;
  auto failure = parser.parse(json).get(object);
  FUZZ_CHECK(failure == simdjson::SUCCESS || failure == simdjson::DEPTH_ERROR || failure == simdjson::NUMBER_ERROR);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  switch (input.take<uint8_t>() % 3) {
    case 0:
      onLog(input.rest());
      break;
    case 1:
      onResult(input.rest());
      break;
    default:
      onFailure(input.rest());
      break;
  }
  return 0;
}
