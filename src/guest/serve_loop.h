// SPDX-License-Identifier: Apache-2.0
#pragma once

// A guest that stays (wire/serve_protocol.h): loads its program once, says what it offers, and answers what comes on
// its streams until the daemon goes. Nothing here waits for a call: an answer is sent when its promise is settled, and
// all calls share one event loop. Streams of bytes and messages are the work of the group "serve" (guest-js/src/serve).

#include "guest/program.h"
#include "guest/worker_streams.h"

namespace mayfly::guest {

class ServeLoop final : public ProgramLoop::Inbox {
 public:
  // Borrows everything, as Program does.
  ServeLoop(Engine& engine, v8::Local<v8::Context> context, DaemonChannel& channel, const wire::Job& job);

  // Ends by itself only when the program cannot be loaded, which has been reported.
  void run();

  void onFrame(const wire::Frame& frame) override;
  [[nodiscard]] WorkerStreams& streams() { return streams_; }
  // What the entrypoint of that name is ("": the default); empty with an exception pending when there is none.
  v8::MaybeLocal<v8::Value> entrypoint(const std::string& name);
  // The exports of the main module; undefined when it has none.
  [[nodiscard]] v8::Local<v8::Value> exports() const;

  [[nodiscard]] bool mayHear() const override { return serving_ || streams_.table().size() > 0; }

 private:
  bool prepare();
  void sayLoaded();
  void logLoss(const ProgramLoop::Loss& loss);

  void onCall(uint64_t stream, const wire::Call& call);
  void onFetch(uint64_t stream, const wire::FetchRequest& request);
  void onSession(uint64_t stream);
  void onStreamFrame(const wire::Frame& frame);
  void deliver(const wire::Frame& frame);
  void failCaught(uint64_t stream, const Entrypoint* entrypoint, const v8::TryCatch& caught);
  v8::MaybeLocal<v8::Object> makeRequest(uint64_t stream, const wire::FetchRequest& request);
  // Calls an export of the group "serve".
  v8::MaybeLocal<v8::Value> callGroup(const char* name, std::vector<v8::Local<v8::Value>> arguments);
  void moveClock(double millis);

  Engine& engine_;
  v8::Isolate* isolate_;
  v8::Local<v8::Context> context_;
  DaemonChannel& channel_;
  const wire::Job& job_;
  Program program_;
  WorkerStreams streams_;
  bool serving_ = false;
};

}  // namespace mayfly::guest
