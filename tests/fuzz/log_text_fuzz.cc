// SPDX-License-Identifier: Apache-2.0
// Whatever a guest sends as the arguments of a log call, valid or not: the line that reaches the terminal is harmless,
// and its continued lines cannot pass for lines of their own.

#include "cli/log_text.h"
#include "fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  mayfly::fuzz::Input input(data, size);
  mayfly::wire::LogRecord log;
  log.level = static_cast<mayfly::wire::LogLevel>(input.take<uint8_t>() % mayfly::wire::kLogLevelCount);
  log.argsJson = input.rest();
  if (!mayfly::isUtf8(log.argsJson)) return 0;  // decodeLog lets nothing else through
  std::string text = mayfly::cli::logText(log.argsJson);
  FUZZ_CHECK(mayfly::fuzz::isHarmlessOnATerminal(text));
  std::string line = mayfly::cli::logLine(log, mayfly::cli::Terminal(1));
  for (size_t at = 0; (at = line.find('\n', at)) != std::string::npos; ++at) {
    FUZZ_CHECK(std::string_view(line).substr(at + 1).starts_with("  "));
  }
  return 0;
}
