// SPDX-License-Identifier: Apache-2.0
#pragma once

// Text in large pages, because text is what a short-lived child pays for most.
//
// fork() does not copy the page tables of file mappings, so every child maps the engine's text again: a hundred faults
// of sixteen pages each, every page counted in and, at exit, counted out. The parts of the text that a job really uses
// are therefore copied, once and in the zygote, into anonymous memory of 2 MiB pages at the same addresses. A fork
// copies one entry for each, the child takes no fault, and its exit has one entry to drop.

#include <cstddef>
#include <functional>

namespace mayfly::guest {

// Before the seal (it needs /proc/self). `rehearse` runs what a job typically runs. An optimisation only: where the
// kernel gives no large pages, nothing changes. Answers the number of bytes moved.
size_t moveHotTextToLargePages(const std::function<void()>& rehearse);

}  // namespace mayfly::guest
