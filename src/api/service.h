// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is behind the connections: who may ask, what is asked, and which endpoint answers. docs/api.md is its contract.

#include <memory>
#include <string>

#include "api/connection_sink.h"
#include "api/fetch_endpoint.h"
#include "api/rpc_endpoint.h"
#include "api/run_endpoint.h"
#include "api/worker_endpoint.h"

namespace mayfly::api {

class Service : public RequestSink {
 public:
  explicit Service(Parts parts);
  ~Service() override;
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  BodyUse accept(const std::shared_ptr<Exchange>& exchange) override;
  void start(const std::shared_ptr<Exchange>& exchange) override;
  void refused(const Error& error) override;

  // `reachable`: a listener can be reached from other machines.
  void setSurroundings(bool reachable, std::function<size_t()> connections);
  // From now on new work is refused with E_UNAVAILABLE.
  void drain() { draining_ = true; }
  void cancelAll();

 private:
  Result<void> admit(Exchange& exchange);
  Result<void> checkPlace(const Exchange& exchange);
  void refuse(Exchange& exchange, const Error& error);
  void startOfWorkers(const std::shared_ptr<Exchange>& exchange);
  void health(Exchange& exchange);
  void registerGauges();

  Parts parts_;
  bool reachable_ = false;
  std::function<size_t()> connections_;
  MonotonicTime born_;
  RunEndpoint runs_;
  WorkerEndpoint workers_;
  FetchEndpoint fetches_;
  RpcEndpoint rpc_;
  bool draining_ = false;
};

}  // namespace mayfly::api
