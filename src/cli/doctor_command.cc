// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor_command.h"

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <optional>

#include "base/json_text.h"
#include "cli/run_command.h"
#include "cli/terminal.h"
#include "seal/layers.h"
#include "seal/probes.h"
#include "seal/steps.h"

namespace mayfly::cli {
namespace {

// What a real zygote says about this machine. Every layer may be missing here: the point is to see which are.
struct Examination {
  std::optional<Error> failure;
  seal::LayerSet layers = 0;
  uint32_t landlockAbi = 0;
  std::string v8Version;
  std::string provider;
  CgroupMode cgroups = CgroupMode::kNone;
  std::string cgroupReason;
  uint64_t guestMegabytes = 0;
};

Examination examine() {
  Examination result;
  auto options = schedulerOptions({});
  auto loop = EventLoop::create();
  if (!options || !loop) {
    result.failure = !options ? options.error() : loop.error();
    return result;
  }
  for (const char* group : {"namespaces", "landlock", "uid", "cgroup"}) options->weaker |= *seal::weakerGroup(group);
  Scheduler scheduler(**loop, *options);
  scheduler.warm(false);
  ZygotePool& zygotes = scheduler.zygotes();
  (*loop)->runUntil([&] { return zygotes.current() != nullptr || zygotes.lastFailure().has_value(); });
  result.provider = options->installation.provider;
  result.cgroups = scheduler.cgroups().mode();
  result.cgroupReason = scheduler.cgroups().reason();
  if (Zygote* zygote = zygotes.current()) {
    result.layers = zygote->process().layers();
    result.landlockAbi = zygote->landlockAbi();
    result.v8Version = zygote->v8Version();
  } else {
    result.failure = zygotes.lastFailure();
  }
  return result;
}

struct HostSetting {
  const char* path;
  const char* good;  // values that are fine, separated by spaces
  const char* why;
};

// security.md 5.8: not part of the seal, but each makes an escape or a leak harder.
constexpr HostSetting kHostSettings[] = {
    {"/proc/sys/kernel/unprivileged_bpf_disabled", "1 2", "programs of ordinary users in the kernel"},
    {"/proc/sys/kernel/dmesg_restrict", "1", "kernel addresses in the log"},
    {"/proc/sys/kernel/kptr_restrict", "1 2", "kernel addresses in /proc"},
    {"/proc/sys/kernel/perf_event_paranoid", "2 3 4", "performance counters for ordinary users"},
    {"/proc/sys/vm/unprivileged_userfaultfd", "0", "a tool of kernel exploits"},
    {"/proc/sys/kernel/io_uring_disabled", "1 2", "a large part of the kernel's attack surface"},
    {"/proc/sys/net/core/bpf_jit_harden", "1 2", "code generation by the kernel's BPF compiler"},
};

std::string firstLine(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

bool isGood(const HostSetting& setting, const std::string& value) {
  return (" " + std::string(setting.good) + " ").find(" " + value + " ") != std::string::npos;
}

void printLayers(const Examination& found, const Terminal& out) {
  for (const seal::LayerInfo& info : seal::layerTable()) {
    bool active = (found.layers & seal::bit(info.layer)) != 0;
    std::string name(info.name);
    name.resize(20, ' ');
    std::string mark = active ? out.paint("active ", Style::kGreen)
                              : out.paint("MISSING", info.required ? Style::kRed : Style::kYellow);
    std::string detail = "keeps away: " + std::string(info.purpose);
    if (info.layer == seal::Layer::kLandlock && active) detail += " (ABI " + std::to_string(found.landlockAbi) + ")";
    out.line("  " + mark + "  " + name + detail);
    if (!active) out.line("           " + std::string(20, ' ') + "-> " + std::string(info.remedy));
  }
}

void printMachine(const Examination& found, const Terminal& out) {
  utsname kernel{};
  ::uname(&kernel);
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  out.line("  V8             " + found.v8Version + " from " + found.provider);
  out.line("  kernel         " + std::string(kernel.sysname) + " " + kernel.release);
  out.line("  running as     " +
           std::string(::geteuid() == 0 ? "root (each zygote gets a user id of its own)" : "an ordinary user"));
  out.line("  cgroups        " + std::string(cgroupModeName(found.cgroups)) + ": " + found.cgroupReason);
  out.line("  open files     " + std::to_string(files.rlim_cur) + ", so about " +
           std::to_string(files.rlim_cur - std::min<rlim_t>(files.rlim_cur, 100)) + " sandboxes at once");
}

void printHostSettings(const Terminal& out) {
  for (const HostSetting& setting : kHostSettings) {
    std::string value = firstLine(setting.path);
    if (value.empty() || isGood(setting, value)) continue;
    out.line("  " + out.paint("advice ", Style::kYellow) + "  " + setting.path + " is " + value + ", better " +
             std::string(1, setting.good[0]) + ": it leaves open " + setting.why);
  }
}

std::string layersJson(seal::LayerSet layers) {
  std::string list = "[";
  for (const seal::LayerInfo& info : seal::layerTable()) {
    if (list.size() > 1) list += ',';
    JsonObject object(list);
    bool active = (layers & seal::bit(info.layer)) != 0;
    object.text("layer", info.name).boolean("active", active).boolean("required", info.required);
    if (!active) object.text("remedy", info.remedy);
  }
  return list + "]";
}

void printJson(const Examination& found, bool sealed, const Terminal& out) {
  std::string json;
  {
    JsonObject object(json);
    object.boolean("sealed", sealed).text("version", MAYFLY_VERSION).text("v8", found.v8Version);
    object.text("cgroups", cgroupModeName(found.cgroups)).integer("landlockAbi", found.landlockAbi);
    object.raw("layers", layersJson(found.layers));
    if (found.failure) object.text("error", found.failure->message);
  }
  out.line(json);
}

}  // namespace

int doctorCommand(bool json) {
  Terminal out(STDOUT_FILENO);
  Examination found = examine();
  seal::LayerSet missing = seal::requiredLayers() & ~found.layers;
  bool sealed = !found.failure && missing == 0;
  int status = sealed ? 0 : errorInfo(ErrorCode::kSeal).exitStatus;
  if (json) {
    printJson(found, sealed, out);
    return status;
  }
  if (found.failure) {
    out.line(out.paint("No program can run here: ", Style::kRed) + found.failure->message);
    return status;
  }
  out.line(out.paint("This machine", Style::kBold));
  printMachine(found, out);
  out.line(out.paint("Isolation layers", Style::kBold) + " of a guest, seen in a real one");
  printLayers(found, out);
  out.line("  " + std::to_string(seal::kProbes.size()) +
           " throw-away guests each tried a forbidden call; the kernel ended every one");
  printHostSettings(out);
  out.line(sealed ? out.paint("Programs run fully sealed.", Style::kGreen)
                  : out.paint("Programs are refused", Style::kRed) +
                        " unless you name the weaker mode (--allow-weaker=...): without " + seal::layerNames(missing));
  return status;
}

int versionCommand(bool json) {
  Terminal out(STDOUT_FILENO);
  Examination found = examine();
  std::string v8 =
      found.v8Version.empty() ? "not running: " + (found.failure ? found.failure->message : "") : found.v8Version;
  if (json) {
    std::string text;
    JsonObject(text).text("version", MAYFLY_VERSION).text("v8", v8);
    out.line(text);
  } else {
    out.line("mayfly " MAYFLY_VERSION "\nV8 " + v8);
  }
  return 0;
}

}  // namespace mayfly::cli
