// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every guest draws its own randomness from the kernel, after it was forked and when it is given its job. Children of
// one zygote share V8's generator state, so Math.random is ours: xoshiro256++ (Blackman, Vigna 2019) behind a small
// pool that compiled code reads directly.

#include <cstddef>

#include "guest/v8_api.h"

namespace mayfly::guest {

// getrandom(2), whole or not at all; ends the process when the kernel has none.
void fillRandom(void* bytes, size_t size);

// For v8::V8::SetEntropySource.
bool entropySource(unsigned char* bytes, size_t size);

// Replaces Math.random of `context`.
void installRandom(v8::Local<v8::Context> context);

// A new seed for the pools to be filled from; numbers that a pool already holds stay. A program's pool is empty when it
// starts, because nothing in a zygote or a rehearsal touches its context. Call it in the child, before the program.
void reseedRandom();

}  // namespace mayfly::guest
