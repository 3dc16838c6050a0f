// SPDX-License-Identifier: Apache-2.0
#pragma once

// One program, from its job to its result or failure. Three phases: load (compile, evaluate), run (choose what to call,
// call it, turn the event loop until its promise is settled), report. A worker (serve_loop.h) loads and never ends.

#include <optional>

#include "guest/daemon_channel.h"
#include "guest/engine.h"
#include "guest/entrypoint.h"
#include "guest/module_map.h"
#include "guest/program_loop.h"

namespace mayfly::guest {

class Program {
 public:
  // Borrows everything. `context` is used by this program only.
  Program(Engine& engine, v8::Local<v8::Context> context, DaemonChannel& channel, const wire::Job& job);

  // Sends exactly one kResult or kFailure. Needs a HandleScope.
  void run();
  // It sent a result, and nothing more will follow.
  [[nodiscard]] bool succeeded() const { return succeeded_; }

  // The first phase by itself, with its top-level await. False when it failed, which has been reported.
  bool load();
  // Turns the event loop until the promise is settled; empty when the program failed, which has been reported.
  v8::MaybeLocal<v8::Value> settle(v8::Local<v8::Value> value);
  // What an entrypoint is among what was loaded; empty as Entrypoint::choose is.
  v8::MaybeLocal<v8::Value> choose(Entrypoint& entrypoint);
  // What was loaded has exports; else it is the value of a script, or of a module's last expression.
  [[nodiscard]] bool isExported() const { return exported_; }
  // A module's namespace, module.exports, or that value.
  [[nodiscard]] v8::Local<v8::Value> loaded() const { return loaded_; }

  [[nodiscard]] ProgramLoop& loop() { return loop_; }
  // Who hears of errors that nobody handles, in place of the program's end.
  void onLoss(ProgramLoop::OnLoss onLoss) { onLoss_ = std::move(onLoss); }

 private:
  enum class Shape : uint8_t { kValue, kNamespace, kCommonJs };

  bool loadScript(v8::Local<v8::Script> script);
  bool loadModule(v8::Local<v8::Module> module);
  v8::MaybeLocal<v8::Script> compileScript(bool asExpression);
  v8::MaybeLocal<v8::Script> compileAnyScript();
  bool isPlain(v8::Local<v8::Module> module);
  bool exportsNothing(v8::Local<v8::Module> module);
  v8::MaybeLocal<v8::Value> declaredFunction();
  bool loadCommonJs();

  void reportUnsettled();
  // What was given to waitUntil: awaited when the result is on its way.
  void settleRest();
  std::optional<std::string> settleOne(v8::Local<v8::Promise> promise);
  std::string describeLoss(const ProgramLoop::Loss& loss);

  void reportResult(v8::Local<v8::Value> value);
  void reportUnlinked(const v8::TryCatch& caught);
  // Nothing could be run: the entrypoint's problem, or what was thrown.
  void reportNothing(const Entrypoint& entrypoint, const v8::TryCatch& caught);
  void reportCaught(const v8::TryCatch& caught, ErrorCode code);
  void report(const wire::Failure& failure);
  void mark(uint32_t wire::Timings::* field);

  Engine& engine_;
  v8::Isolate* isolate_;
  v8::Local<v8::Context> context_;
  DaemonChannel& channel_;
  const wire::Job& job_;
  ModuleMap modules_;
  ProgramLoop loop_;
  ProgramLoop::OnLoss onLoss_;
  v8::Local<v8::Value> loaded_;
  Shape shape_ = Shape::kValue;
  bool exported_ = false;
  v8::Local<v8::Module> mainModule_;
  bool reported_ = false;
  bool succeeded_ = false;
  wire::Timings timings_;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace mayfly::guest
