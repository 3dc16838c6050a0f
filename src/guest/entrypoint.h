// SPDX-License-Identifier: Apache-2.0
#pragma once

// What of a program is called, and how. A program is one of these:
//
//   a function                         called with (input, env, ctx): as many of these as it declares
//   a class that is a WorkerEntrypoint made with (ctx, env); one of its methods is called with the input
//   an object of functions             one of them is called with (input, env, ctx)
//   anything else                      is the result
//
// Of several methods the one that was asked for, else `run`, else the only one, else `fetch`. A fetch method gets the
// input as a Request, and its Response becomes { status, headers, body }.

#include <string>
#include <string_view>
#include <vector>

#include "guest/v8_api.h"
#include "wire/serve_protocol.h"

namespace mayfly::guest {

// Borrowed from a job or a call, which says what each is.
struct Invocation {
  std::string_view entrypoint;
  std::string_view method;
  std::string_view inputJson;
  std::string_view argumentsJson;
  std::string_view propsJson;
};

class Entrypoint {
 public:
  Entrypoint(v8::Local<v8::Context> context, const Invocation& invocation);

  // A Request for a fetch method in place of the input.
  void setRequest(v8::Local<v8::Object> request) { request_ = request; }
  [[nodiscard]] bool isNamed() const { return !what_.entrypoint.empty(); }

  // The export to run: the one that was asked for, the default, the only entrypoint class, or the only function.
  // Like run(), empty with a problem() or else with an exception pending.
  v8::MaybeLocal<v8::Value> choose(v8::Local<v8::Object> exports);

  // Runs `entry`; what comes back may be a promise. An object of functions counts as one only when it was exported.
  v8::MaybeLocal<v8::Value> run(v8::Local<v8::Value> entry, bool exported);

  // A sentence for the author: there is nothing to run, or it cannot be known what.
  [[nodiscard]] const std::string& problem() const { return problem_; }

  // After a fetch method: what came out of run() is a Response that is still to be made a result.
  [[nodiscard]] bool answersRequest() const { return answersRequest_; }
  v8::MaybeLocal<v8::Value> toResult(v8::Local<v8::Value> response);

  // What a module offers: of `loaded` each export that can be called; or `loaded` itself when it is no exports.
  std::vector<wire::EntrypointInfo> describe(v8::Local<v8::Value> loaded, bool exported);

 private:
  using Names = std::vector<std::string>;
  using Arguments = std::vector<v8::Local<v8::Value>>;

  v8::MaybeLocal<v8::Value> fail(std::string problem);
  v8::MaybeLocal<v8::Value> callFunction(v8::Local<v8::Function> function, v8::Local<v8::Value> receiver);
  v8::MaybeLocal<v8::Value> callHandler(v8::Local<v8::Object> handler, const Names& methods);
  v8::MaybeLocal<v8::Value> callEntrypoint(v8::Local<v8::Function> type);
  v8::MaybeLocal<v8::Value> fetch(v8::Local<v8::Object> receiver, v8::Local<v8::Function> method, bool withEnv);
  v8::MaybeLocal<v8::Value> chooseWithoutDefault(v8::Local<v8::Object> exports, const Names& names);

  // False with an exception pending.
  bool readArguments(Arguments& arguments);
  bool addEnv(Arguments& arguments, size_t wanted);
  v8::MaybeLocal<v8::Value> ofWorkerGroup(const char* name);
  v8::MaybeLocal<v8::Value> callWorkerGroup(const char* name, Arguments arguments);
  v8::MaybeLocal<v8::Value> parse(std::string_view json);
  v8::MaybeLocal<v8::Value> makeCtx();

  // `offered`: it can be called at all.
  Names methodsOfExport(v8::Local<v8::Value> value, bool& offered);
  [[nodiscard]] bool isEntrypointClass(v8::Local<v8::Value> value);
  // Names of functions on the prototypes below WorkerEntrypoint's.
  Names methodsOf(v8::Local<v8::Function> type);
  // Own functions of an object when it is a handler: it has `run` or `fetch`, or nothing but functions.
  Names handlerMethods(v8::Local<v8::Object> object);
  Names namesOf(v8::Local<v8::Object> object, bool enumerableOnly);
  v8::MaybeLocal<v8::Value> dataProperty(v8::Local<v8::Object> object, const std::string& name);
  std::string pickMethod(const Names& methods, const std::string& of);

  v8::Isolate* isolate_;
  v8::Local<v8::Context> context_;
  Invocation what_;
  v8::Local<v8::Object> request_;
  std::string problem_;
  bool answersRequest_ = false;
};

}  // namespace mayfly::guest
