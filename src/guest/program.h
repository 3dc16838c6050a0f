// SPDX-License-Identifier: Apache-2.0
#pragma once

// One program, from its job to its result or failure. Three phases: load (compile, find what to run), run (call it,
// turn the event loop until its promise is settled), report.

#include <optional>

#include "guest/daemon_channel.h"
#include "guest/engine.h"
#include "guest/entrypoint.h"
#include "guest/module_map.h"

namespace mayfly::guest {

class Program {
 public:
  // Borrows everything. `context` is used by this program only.
  Program(Engine& engine, v8::Local<v8::Context> context, DaemonChannel& channel, const wire::Job& job);

  // Sends exactly one kResult or kFailure. Needs a HandleScope.
  void run();

 private:
  // What loading found: something to run (guest/entrypoint.h), or a value that is the result already.
  using Loaded = v8::MaybeLocal<v8::Value>;

  Loaded load();
  Loaded loadScript(v8::Local<v8::Script> script);
  Loaded loadModule(v8::Local<v8::Module> module);
  v8::MaybeLocal<v8::Script> compileScript(bool asExpression);
  v8::MaybeLocal<v8::Script> compileAnyScript();
  bool isPlain(v8::Local<v8::Module> module);
  bool exportsNothing(v8::Local<v8::Module> module);
  v8::MaybeLocal<v8::Value> declaredFunction();
  Loaded loadCommonJs();

  // Turns the event loop until the promise is settled; empty when the program failed, which has been reported.
  v8::MaybeLocal<v8::Value> settle(v8::Local<v8::Value> value);
  bool turn();
  void drainMicrotasks();
  // True when the program failed of one; `asked` when listeners of the program ran.
  bool reportRejections(v8::Local<v8::Promise> except, bool& asked);
  void reportUnsettled(v8::Local<v8::Promise> promise);
  // What was given to waitUntil: awaited when the result is on its way.
  void settleRest();
  std::optional<std::string> settleOne(v8::Local<v8::Promise> promise);
  std::string describeLoss(v8::Local<v8::Value> thrown, v8::Local<v8::Message> message);

  void reportResult(v8::Local<v8::Value> value);
  void reportUnlinked(const v8::TryCatch& caught);
  // Nothing could be run: the entrypoint's problem, or what was thrown.
  void reportNothing(const v8::TryCatch& caught);
  void reportCaught(const v8::TryCatch& caught, ErrorCode code);
  void report(const wire::Failure& failure);
  void mark(uint32_t wire::Timings::* field);

  Engine& engine_;
  v8::Isolate* isolate_;
  v8::Local<v8::Context> context_;
  DaemonChannel& channel_;
  const wire::Job& job_;
  ModuleMap modules_;
  Entrypoint entrypoint_;
  bool exported_ = false;  // what runs comes from an export
  v8::Local<v8::Module> mainModule_;
  bool reported_ = false;
  wire::Timings timings_;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace mayfly::guest
