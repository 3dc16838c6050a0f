// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace mayfly::guest {

// Leaves no holes in malloc's heap, because a child pays a page for every hole it fills.
//
// Warming up leaves thousands of small free blocks all over the heap. The first allocations of a child then sort, join
// and fill these, and each touch copies a page: half of all the pages that a small job dirties. The zygote therefore
// fills the holes itself and never frees them; what a child allocates lies side by side at the end of the heap. It
// costs the zygote nothing, for the holes were part of its memory already.
//
// Call it when the zygote is warm, before the first fork. glibc's malloc(3) only; elsewhere it does nothing.
void plugHeap();

}  // namespace mayfly::guest
