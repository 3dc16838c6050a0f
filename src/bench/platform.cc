// SPDX-License-Identifier: Apache-2.0
// What each group of web APIs costs the program that uses it: a fresh sandbox with it against one without.

#include <array>
#include <cstdio>

#include "bench/section.h"
#include "bench/snippet.h"

namespace mayfly::bench {
namespace {

struct Use {
  const char* id;
  const char* what;
  const char* expression;  // truthy
};

constexpr std::array kUses = {
    Use{"i.none", "a program that uses none of them", "1"},
    Use{"i.text", "TextEncoder, TextDecoder", "new TextDecoder().decode(new TextEncoder().encode('a')) === 'a'"},
    Use{"i.url", "URL, URLSearchParams", "new URL('https://a.example/b?c=d').searchParams.get('c') === 'd'"},
    Use{"i.pattern", "URLPattern", "new URLPattern({ pathname: '/a/:b' }).test('https://a.example/a/b')"},
    Use{"i.events", "EventTarget, AbortController", "new AbortController().signal.aborted === false"},
    Use{"i.headers", "Headers", "new Headers({ a: 'b' }).get('a') === 'b'"},
    Use{"i.response", "Response and its body", "(await new Response('{\"a\":1}').json()).a === 1"},
    Use{"i.blob", "Blob", "new Blob(['abc']).size === 3"},
    Use{"i.streams", "streams", "(await new ReadableStream({ start(c) { c.close() } }).getReader().read()).done"},
    Use{"i.gzip", "CompressionStream",
        "(await new Response(new Blob(['a']).stream().pipeThrough(new CompressionStream('gzip'))).bytes()).length > 1"},
    Use{"i.digest", "crypto.subtle.digest",
        "(await crypto.subtle.digest('SHA-256', new Uint8Array(1))).byteLength === 32"},
    Use{"i.uuid", "crypto.randomUUID", "crypto.randomUUID().length === 36"},
    Use{"i.buffer", "node:buffer", "(await import('node:buffer')).Buffer.from('a').length === 1"},
};

struct Cost {
  std::vector<double> millis;
  std::vector<double> megabytes;
};

Result<void> runOnce(Daemon& daemon, const Use& use, Cost& cost) {
  std::string nonce = std::to_string(nextNonce());
  std::string text = std::string("async () => (") + use.expression + ") ? " + nonce + " : 0";
  auto ran = daemon.runChecked(programRequest(text), nonce);
  if (!ran) return std::move(ran).error().within(use.what);
  cost.millis.push_back(ran->replyMicros / 1e3);
  cost.megabytes.push_back(static_cast<double>(ran->outcome.usage.peakMemoryBytes) / 1e6);
  return {};
}

}  // namespace

Result<void> measurePlatform(Section& section) {
  section.progress("what the web APIs cost");
  auto daemon = Daemon::start(section.scheduler);
  if (!daemon) return std::move(daemon).error();
  std::array<Cost, kUses.size()> costs;
  size_t rounds = section.pick(30, 300);
  // Round by round, so that a machine that changes its pace does so for all.
  for (size_t round = 0; round < rounds; ++round) {
    for (size_t i = 0; i < kUses.size(); ++i) MAYFLY_TRY(runOnce(**daemon, kUses[i], costs[i]));
  }
  double least = summarize(std::move(costs[0].megabytes)).p50;
  for (size_t i = 0; i < kUses.size(); ++i) {
    std::array<char, 120> how{};
    if (i > 0) {
      double more = (summarize(std::move(costs[i].megabytes)).p50 - least) * 1e3;
      std::snprintf(how.data(), how.size(), "its process is %.0f KB larger than that of the first", more);
    }
    section.results.add({kUses[i].id, std::string("fresh sandbox: ") + kUses[i].what, "ms",
                         summarize(std::move(costs[i].millis)), how.data()});
  }
  return {};
}

}  // namespace mayfly::bench
