// SPDX-License-Identifier: Apache-2.0
#pragma once

// One program, from its job to its result or failure. Three phases: load (compile, find what to run), run (call it,
// turn the event loop until its promise is settled), report.

#include <optional>

#include "guest/daemon_channel.h"
#include "guest/engine.h"
#include "guest/module_map.h"

namespace mayfly::guest {

class Program {
 public:
  // Borrows everything. `context` is used by this program only.
  Program(Engine& engine, v8::Local<v8::Context> context, DaemonChannel& channel, const wire::Job& job);

  // Sends exactly one kResult or kFailure. Needs a HandleScope.
  void run();

 private:
  // What loading found: a function to call with the input, or a value that is the result already.
  using Loaded = v8::MaybeLocal<v8::Value>;

  Loaded load();
  Loaded loadScript(v8::Local<v8::Script> script);
  Loaded loadModule(v8::Local<v8::Module> module);
  v8::MaybeLocal<v8::Script> compileScript(bool asExpression);
  bool isPlain(v8::Local<v8::Module> module);
  v8::MaybeLocal<v8::Value> declaredFunction(size_t globalsBefore);
  Loaded defaultExport(v8::Local<v8::Module> module);

  v8::MaybeLocal<v8::Value> call(v8::Local<v8::Value> entry);
  // Turns the event loop until the promise is settled; empty when the program failed, which has been reported.
  v8::MaybeLocal<v8::Value> settle(v8::Local<v8::Value> value);
  bool turn();
  void drainMicrotasks();
  // True when the program failed of one; `asked` when listeners of the program ran.
  bool reportRejections(v8::Local<v8::Promise> except, bool& asked);
  void reportUnsettled(v8::Local<v8::Promise> promise);

  void reportResult(v8::Local<v8::Value> value);
  void reportCaught(const v8::TryCatch& caught, ErrorCode code);
  void report(const wire::Failure& failure);
  void mark(uint32_t wire::Timings::* field);

  Engine& engine_;
  v8::Isolate* isolate_;
  v8::Local<v8::Context> context_;
  DaemonChannel& channel_;
  const wire::Job& job_;
  ModuleMap modules_;
  v8::Local<v8::Module> mainModule_;
  bool reported_ = false;
  wire::Timings timings_;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace mayfly::guest
