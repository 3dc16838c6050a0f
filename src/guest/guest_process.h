// SPDX-License-Identifier: Apache-2.0
#pragma once

// The life of a forked child: limits, filter, (as a spare: a rehearsal in a throw-away context), one job, exit.

#include "guest/engine.h"
#include "seal/seccomp_filter.h"
#include "wire/zygote_protocol.h"

namespace mayfly::guest {

struct GuestContexts {
  v8::Global<v8::Context> job;        // used by the job and by nothing before
  v8::Global<v8::Context> rehearsal;  // used by a spare while it waits
};

// What a guest does once its seal is closed: in the product runJob, in the abuse tests whatever they are told.
using GuestBody = void (*)(Engine& engine, GuestContexts& contexts, DaemonChannel& channel);
void runJob(Engine& engine, GuestContexts& contexts, DaemonChannel& channel);

// Runs in the child, never returns. `baselineBytes` is the private writable memory that every guest starts with.
[[noreturn]] void runGuest(Engine& engine, GuestContexts& contexts, int socket, const wire::ControlMessage& request,
                           uint64_t baselineBytes, seal::GuestFilter& filter, GuestBody body);

// Runs the representative program once in `context`, reporting to nobody. The zygote's warm-up and a spare's rehearsal.
void rehearse(Engine& engine, v8::Local<v8::Context> context);

// Touches what V8 and ICU set up on first use (number and date formats, collation, normalization). Zygote only.
void warmFirstUses(Engine& engine, v8::Local<v8::Context> context);

// Answers SIGXCPU with a report of where the program was. Set once, inherited by every guest.
void installCpuReporter(Engine& engine);

}  // namespace mayfly::guest
