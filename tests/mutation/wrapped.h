// SPDX-License-Identifier: Apache-2.0
#pragma once

// The linker's --wrap: calls of a function from other files go to WRAPPED, which may call ORIGINAL. So the mutated
// program is made of the very objects that ship, and nothing in the product knows of mutations.

// Declares both; the definition of the first follows.
#define MAYFLY_WRAP(symbol, result, wrapped, original, ...) \
  result original(__VA_ARGS__) __asm__("__real_" symbol);   \
  __attribute__((visibility("default"))) result wrapped(__VA_ARGS__) __asm__("__wrap_" symbol)
