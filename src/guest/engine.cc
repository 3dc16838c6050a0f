// SPDX-License-Identifier: Apache-2.0
#include "guest/engine.h"

#include <vector>

#include "base/check.h"
#include "guest/call_scope.h"
#include "guest/error_events.h"
#include "guest/groups.h"
#include "guest/module_map.h"
#include "guest/native/crypto_library.h"
#include "guest/randomness.h"

namespace mayfly::guest {
namespace {

// What the zygote's own heap may grow to; each guest gets a lower limit of its own (limitHeap).
constexpr size_t kOldGenerationBytes = size_t{4} << 30U;
constexpr size_t kYoungGenerationBytes = size_t{3} * (8U << 20U);

void setFlags(Engine::Jit jit) {
  std::vector<std::string> flags = {
      "mayfly",
      "--single-threaded",              // SAFETY: a thread in the zygote would make fork() unsound
      "--no-wasm-async-compilation",    // there is no thread that could do it
      "--stack-size=984",               // of the 8 MiB that RLIMIT_STACK grants
      "--no-verify-snapshot-checksum",  // the snapshot is part of the executable
      "--freeze-flags-after-init",
      "--no-short-builtin-calls",
      "--no-flush-bytecode",  // what the zygote compiled is there for its children
      // Of 1 MB, V8's own choice, a busy program survives too much: it is copied again and again, on our one thread.
      "--min-semi-space-size=4",
      // Collections that V8 plans ahead for quiet times: the zygote's plans would come true in each of its children.
      "--no-memory-reducer",
      "--no-minor-gc-task",
  };
  if (jit == Engine::Jit::kOff) flags.emplace_back("--jitless");
  std::vector<char*> argv;
  for (std::string& flag : flags) argv.push_back(flag.data());
  int argc = static_cast<int>(argv.size());
  v8::V8::SetFlagsFromCommandLine(&argc, argv.data(), true);
  MAYFLY_CHECK(argc == 1);  // every flag was known
}

void onPromiseReject(v8::PromiseRejectMessage message) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  GuestState& state = stateOf(isolate);
  v8::Local<v8::Promise> promise = message.GetPromise();
  if (message.GetEvent() == v8::kPromiseHandlerAddedAfterReject) {
    state.forgetRejection(promise);
    if (std::erase(state.excused, promise) > 0) state.handledLate.emplace_back(isolate, promise);
    return;
  }
  if (message.GetEvent() != v8::kPromiseRejectWithNoHandler) return;
  constexpr size_t kMaxKept = 1000;
  if (state.rejections.size() >= kMaxKept) return;
  v8::HandleScope scope(isolate);
  v8::Local<v8::Value> reason = message.GetValue();
  if (reason.IsEmpty()) reason = v8::Undefined(isolate);
  UnhandledRejection entry;
  entry.promise.Reset(isolate, promise);
  entry.reason.Reset(isolate, reason);
  entry.message.Reset(isolate, v8::Exception::CreateMessage(isolate, reason));
  entry.stream = currentStream(isolate);
  state.rejections.push_back(std::move(entry));
}

// Of microtasks, timers and tasks. Without a listener V8 would print to stdout, and die of the system calls that this
// takes.
void onUncaught(v8::Local<v8::Message> message, v8::Local<v8::Value> thrown) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  std::optional<UncaughtError>& uncaught = stateOf(isolate).uncaught;
  if (uncaught || programHandlesError(isolate, thrown, message)) return;
  uncaught.emplace();
  uncaught->thrown.Reset(isolate, thrown);
  uncaught->message.Reset(isolate, message);
  uncaught->stream = currentStream(isolate);
}

v8::ModifyCodeGenerationFromStringsResult allowsCodeFromStrings(v8::Local<v8::Context> context,
                                                                v8::Local<v8::Value> source, bool isCodeLike) {
  (void)context;
  (void)source;
  (void)isCodeLike;
  const wire::Job* job = stateOf(v8::Isolate::GetCurrent()).job;
  return {job != nullptr && job->allowEval, {}};
}

bool allowsWasmCode(v8::Local<v8::Context> context, v8::Local<v8::String> source) {
  (void)context;
  (void)source;
  const GuestState& state = stateOf(v8::Isolate::GetCurrent());
  return state.compilesRecord || (state.job != nullptr && state.job->allowWasm);
}

}  // namespace

Engine::Engine(Jit jit) {
  stopDeadlockSearch();
  crypto::startLibrary();
  setFlags(jit);
  platform_ = std::make_unique<ClockPlatform>(v8::platform::NewSingleThreadedDefaultPlatform());
  v8::V8::InitializePlatform(platform_.get());
  v8::V8::SetEntropySource(entropySource);
  v8::V8::Initialize();
  v8::Isolate::CreateParams parameters;
  parameters.array_buffer_allocator = &allocator_;
  parameters.constraints.set_max_old_generation_size_in_bytes(kOldGenerationBytes);
  parameters.constraints.set_max_young_generation_size_in_bytes(kYoungGenerationBytes);
  parameters.allow_atomics_wait = false;
  isolate_ = v8::Isolate::New(parameters);
  isolate_->Enter();
  isolate_->SetData(kStateSlot, &state_);
  state_.jitless = jit == Jit::kOff;
  state_.clock = platform_.get();
  isolate_->SetMicrotasksPolicy(v8::MicrotasksPolicy::kExplicit);
  isolate_->SetPromiseRejectCallback(onPromiseReject);
  isolate_->AddMessageListener(onUncaught);
  isolate_->SetModifyCodeGenerationFromStringsCallback(allowsCodeFromStrings);
  isolate_->SetAllowWasmCodeGenerationCallback(allowsWasmCode);
  ModuleMap::install(isolate_);
  installFatalHandlers(isolate_);
  compileGroups(isolate_);
}

void Engine::resetState() {
  bool jitless = state_.jitless;
  state_ = GuestState();
  state_.jitless = jitless;
  state_.clock = platform_.get();
}

}  // namespace mayfly::guest
