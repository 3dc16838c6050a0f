// SPDX-License-Identifier: Apache-2.0
// Every decoder of guest_protocol.h: what it accepts is within its bounds, and encodes to bytes that decode to the same
// again. Input: u8 which decoder, then the payload.

#include <string>

#include "fuzz_input.h"
#include "wire/guest_protocol.h"

namespace {

using namespace mayfly::wire;  // NOLINT(google-build-using-namespace): a fuzz target of this room

// The bytes may differ the first time (any non-zero byte is true), but not the second.
template <typename Decode, typename Encode, typename Check>
void roundTrip(std::string_view payload, Decode decode, Encode encode, Check check) {
  auto first = decode(payload);
  if (!first.ok()) {
    FUZZ_CHECK(first.error().code == mayfly::ErrorCode::kProtocol);
    return;
  }
  check(first.value());
  std::string bytes = encode(first.value());
  FUZZ_CHECK(bytes.size() == payload.size());
  auto second = decode(bytes);
  FUZZ_CHECK(second.ok());
  FUZZ_CHECK(encode(second.value()) == bytes);
}

void checkText(const std::string& text, size_t cap) {
  FUZZ_CHECK(text.size() <= cap);
  FUZZ_CHECK(mayfly::isUtf8(text));
}

void checkOneFailure(const Failure& failure) {
  checkText(failure.name, kMaxNameBytes);
  checkText(failure.message, kMaxFailureText);
  checkText(failure.hint, kMaxNameBytes);
  checkText(failure.detailJson, kMaxFailureText);
  FUZZ_CHECK(failure.frames.size() <= kMaxFrames);
  for (const StackFrame& frame : failure.frames) {
    checkText(frame.function, kMaxNameBytes);
    checkText(frame.module, kMaxNameBytes);
  }
  // Only the host knows that a guest was killed, crashed or broke the protocol.
  FUZZ_CHECK(mayfly::errorInfo(failure.code).exitStatus != 70);
  FUZZ_CHECK(failure.code != mayfly::ErrorCode::kWall && failure.code != mayfly::ErrorCode::kKilled);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  mayfly::fuzz::Input input(data, size);
  uint8_t which = input.take<uint8_t>();
  std::string_view payload = input.rest();
  switch (which % 6) {
    case 0:
      roundTrip(payload, decodeLog, encodeLog, [](const LogRecord& log) {
        checkText(log.argsJson, kMaxLogPayload);
        FUZZ_CHECK(!logLevelName(log.level).empty());
      });
      break;
    case 1:
      roundTrip(payload, decodeResult, encodeResult, [](const ResultValue& result) {
        checkText(result.json, kMaxJobPayload);
        FUZZ_CHECK(result.defined != result.json.empty());
      });
      break;
    case 2:
      roundTrip(payload, decodeFailure, encodeFailure, [](const Failure& failure) {
        checkOneFailure(failure);
        FUZZ_CHECK(failure.causes.size() <= kMaxCauses);
        for (const Failure& cause : failure.causes) checkOneFailure(cause);
      });
      break;
    case 3:
      roundTrip(payload, decodeTimings, encodeTimings, [](const Timings&) {});
      break;
    case 4:
      roundTrip(payload, decodeSettled, encodeSettled, [](const Settled& settled) {
        FUZZ_CHECK(settled.warnings.size() <= kMaxWarnings);
        for (const std::string& warning : settled.warnings) checkText(warning, kMaxWarningText);
      });
      break;
    default:
      roundTrip(payload, decodeJob, encodeJob, [](const Job& job) {
        FUZZ_CHECK(!job.modules.empty() && job.modules.size() <= kMaxModules);
        for (const Module& module : job.modules) FUZZ_CHECK(module.name.size() <= kMaxNameBytes);
      });
      break;
  }
  return 0;
}
