// SPDX-License-Identifier: Apache-2.0
#include "api/daemon.h"

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <csignal>

#include "api/loop_bridge.h"
#include "api/server.h"
#include "api/service.h"
#include "api/system_notice.h"
#include "base/json_text.h"
#include "base/syscall.h"
#include "ledger/data_folder.h"

namespace mayfly::api {
namespace {

// How often a start looks whether the first sandbox is there.
constexpr std::chrono::milliseconds kLook{2};
// What has been cancelled is gone after this, or is left behind.
constexpr std::chrono::seconds kLastBreath{3};

// Each sandbox takes a descriptor or two.
void raiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

TenantsOptions tenantsOptions(const DaemonOptions& options) {
  const DaemonConfig& config = options.config;
  TenantsOptions tenants;
  tenants.scheduler = options.scheduler;
  tenants.scheduler.defaults = config.defaults;
  tenants.scheduler.spares = config.spares;
  tenants.makeWorkers = WorkerTable::create;
  tenants.workers.memoryBytes = config.workerMemoryBytes;
  tenants.workers.idle = config.workerIdle;
  tenants.workers.defaults = config.defaults;
  tenants.workers.ceilings = config.ceilings;
  tenants.places = config.concurrent;
  tenants.queued = config.queued;
  tenants.idle = config.tenantIdle;
  return tenants;
}

ConnectionLimits connectionLimits(const DaemonConfig& config) {
  ConnectionLimits limits;
  limits.maxBodyBytes = config.maxBodyBytes;
  limits.headTime = config.headTime;
  limits.bodyTime = config.bodyTime;
  return limits;
}

class Daemon {
 public:
  Daemon(const DaemonOptions& options, const DaemonEvents& events, std::unique_ptr<EventLoop> loop,
         std::unique_ptr<Ledger> ledger)
      : options_(options),
        events_(events),
        loop_(std::move(loop)),
        bridge_(outer_, *loop_),
        ledger_(std::move(ledger)),
        tenants_(Tenants::create(*loop_, *ledger_, tenantsOptions(options))),
        limits_(connectionLimits(options.config)),
        service_(Parts{*loop_, *tenants_, *ledger_, metrics_, options.config.defaults, options.config.ceilings}),
        server_(outer_, service_, limits_, options.config.maxConnections) {}

  Result<void> start(const std::vector<ListenAddress>& addresses) {
    MAYFLY_TRY(watchSignals());
    if (options_.untilStdinCloses) MAYFLY_TRY(watchStdin());
    service_.setSurroundings(reachable(addresses), [this] { return server_.connections(); });
    for (const ListenAddress& address : addresses) {
      auto bound = server_.listen(address);
      if (!bound) return std::move(bound).error();
      ready_.listening.push_back(bound->text());
    }
    ready_.data = options_.config.data;
    ledger_->audit({"default", "", "start", "", "{\"version\":" + jsonString(MAYFLY_VERSION) + "}", ""});
    tenants_->warm();
    lookWhetherReady();
    return {};
  }

  void run() { outer_.run(); }

 private:
  static bool reachable(const std::vector<ListenAddress>& addresses) {
    for (const ListenAddress& address : addresses) {
      if (!address.isLoopback()) return true;
    }
    return false;
  }

  Result<void> watchSignals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGINT);
    ::sigaddset(&signals, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    signals_ = UniqueFd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signals_.valid()) return errnoError("signalfd");
    return loop_->watch(signals_.get(), EPOLLIN, [this](uint32_t) {
      signalfd_siginfo info{};
      while (::read(signals_.get(), &info, sizeof info) == sizeof info) stop();
    });
  }

  // The one who started us holds the other end.
  Result<void> watchStdin() {
    auto watched = loop_->watch(STDIN_FILENO, EPOLLIN, [this](uint32_t) {
      std::array<char, 256> ignored{};
      if (retryEintr([&] { return ::read(STDIN_FILENO, ignored.data(), ignored.size()); }) > 0) return;
      loop_->unwatch(STDIN_FILENO);
      endNow();
    });
    if (!watched) return Error{ErrorCode::kUsage, "--until-stdin-closes needs a pipe or socket as standard input"};
    return {};
  }

  void lookWhetherReady() {
    ZygotePool& zygotes = tenants_->tenant(Caller{}).scheduler().zygotes();
    Zygote* zygote = zygotes.current();
    if (zygote == nullptr && !zygotes.lastFailure()) {
      loop_->at(monotonicNow() + kLook, [this] { lookWhetherReady(); });
      return;
    }
    if (zygote != nullptr) {
      ready_.v8Version = zygote->v8Version();
      ready_.layers = zygote->process().layers();
    } else {
      ready_.failure = zygotes.lastFailure()->message;
    }
    notifySystem("READY=1");
    events_.onReady(ready_);
  }

  void stop() {
    if (stopping_) return endNow();
    stopping_ = true;
    notifySystem("STOPPING=1");
    events_.onNotice("draining: what is under way has " + std::to_string(options_.config.drain.count()) + " s");
    service_.drain();
    loop_->at(monotonicNow() + options_.config.drain, [this] { endNow(); });
    tenants_->drain([this] { server_.drain([this] { leave(); }); });
    server_.stopListening();
  }

  // Cancels what is left and waits a moment for its outcomes, so that they are stored and told.
  void endNow() {
    if (std::exchange(ending_, true)) return leave();
    stopping_ = true;
    server_.stopListening();
    service_.drain();
    service_.cancelAll();
    loop_->at(monotonicNow() + kLastBreath, [this] { leave(); });
    tenants_->drain([this] { server_.drain([this] { leave(); }); });
  }

  void leave() {
    if (std::exchange(left_, true)) return;
    service_.cancelAll();  // sessions are told why
    ledger_->audit({"default", "", "stop", "", "", ""});
    ledger_->whenStored([this](const Result<void>&) { outer_.stop(); });
    loop_->at(monotonicNow() + kLastBreath, [this] { outer_.stop(); });
  }

  const DaemonOptions& options_;
  const DaemonEvents& events_;
  std::unique_ptr<EventLoop> loop_;
  boost::asio::io_context outer_{1};
  LoopBridge bridge_;
  UniqueFd signals_;
  Metrics metrics_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<Tenants> tenants_;
  ConnectionLimits limits_;
  Service service_;
  Server server_;
  DaemonReady ready_;
  bool stopping_ = false;
  bool ending_ = false;
  bool left_ = false;
};

Result<std::vector<ListenAddress>> listenAddresses(const DaemonConfig& config, Ledger& ledger) {
  std::vector<ListenAddress> addresses;
  std::vector<std::string> texts = config.listen;
  if (texts.empty()) texts.emplace_back("127.0.0.1:7070");
  auto keys = ledger.hasKeys();
  if (!keys) return std::move(keys).error();
  for (const std::string& text : texts) {
    auto address = parseListenAddress(text);
    if (!address) return std::move(address).error();
    if (!address->isLoopback() && !*keys) {
      return Error{ErrorCode::kUsage, address->text() +
                                          " can be reached from other machines, and there is no key yet: "
                                          "make one with `mayfly keys create`, or listen on 127.0.0.1"};
    }
    addresses.push_back(std::move(address).value());
  }
  return addresses;
}

}  // namespace

Result<void> runDaemon(const DaemonOptions& given, const DaemonEvents& events) {
  DaemonOptions options = given;
  raiseDescriptorLimit();
  if (options.config.data.empty()) {
    auto folder = defaultDataFolder();
    if (!folder) return std::move(folder).error();
    options.config.data = std::move(folder).value();
  }
  auto loop = EventLoop::create();
  if (!loop) return std::move(loop).error();
  auto ledger = Ledger::open(**loop, {.folder = options.config.data, .durable = options.config.durable});
  if (!ledger) return std::move(ledger).error();
  auto addresses = listenAddresses(options.config, **ledger);
  if (!addresses) return std::move(addresses).error();
  Daemon daemon(options, events, std::move(loop).value(), std::move(ledger).value());
  MAYFLY_TRY(daemon.start(*addresses));
  daemon.run();
  return {};
}

}  // namespace mayfly::api
