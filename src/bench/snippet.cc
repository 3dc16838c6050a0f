// SPDX-License-Identifier: Apache-2.0
#include "bench/snippet.h"

#include <atomic>

#include "base/clock.h"
#include "base/json_text.h"

namespace mayfly::bench {

std::string programDocument(std::string_view text) {
  std::string modules;
  JsonObject(modules).text("main.js", text);
  std::string document;
  JsonObject(document).text("mainModule", "main.js").raw("modules", modules);
  return document;
}

uint64_t nextNonce() {
  static std::atomic<uint64_t> next{static_cast<uint64_t>(wallClockMillis()) % 1'000'000 * 1'000'000};
  return ++next;
}

std::string snippetText(uint64_t nonce) {
  std::string number = std::to_string(nonce);
  return "// task " + number +
         "\nasync (input) => {\n"
         "  const prices = input?.prices ?? [19.9, 5.25, 42];\n"
         "  const total = prices.reduce((sum, price) => sum + Math.round(price * 100), 0);\n"
         "  return { task: " +
         number + ", cents: total };\n}\n";
}

std::string snippetResult(uint64_t nonce) { return R"({"task":)" + std::to_string(nonce) + R"(,"cents":6715})"; }

RunRequest programRequest(std::string_view text) {
  RunRequest request;
  request.modules.push_back({"bench.js", Language::kJavaScript, std::string(text)});
  return request;
}

RunRequest snippetRequest(uint64_t nonce) { return programRequest(snippetText(nonce)); }

RunRequest leastRequest(uint64_t nonce) { return programRequest("async () => " + std::to_string(nonce)); }

std::string leastResult(uint64_t nonce) { return std::to_string(nonce); }

RunRequest sleeperRequest(uint64_t nonce, double untilMillis) {
  RunRequest request = programRequest("// task " + std::to_string(nonce) + R"js(
async ({ nonce, until }) => {
  console.log(nonce);
  while (Date.now() < until) await new Promise((resolve) => setTimeout(resolve, until - Date.now()));
  return nonce;
}
)js");
  JsonObject(request.inputJson).integer("nonce", nonce).number("until", untilMillis);
  return request;
}

std::string sleeperResult(uint64_t nonce) { return std::to_string(nonce); }

}  // namespace mayfly::bench
