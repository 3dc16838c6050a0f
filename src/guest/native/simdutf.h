// SPDX-License-Identifier: Apache-2.0
#pragma once

// The part of simdutf that is used here. The V8 provider exports the library and has no headers for it.

#include <cstddef>
#include <cstdint>

// NOLINTBEGIN(readability-identifier-naming): the library's names
namespace simdutf {

enum base64_options : uint64_t { base64_default = 0 };
enum last_chunk_handling_options : uint64_t { loose = 0 };
enum error_code : int { SUCCESS = 0 };

struct result {
  error_code error;
  size_t count;  // bytes written on success
};

// The forgiving decoding of the Infra standard: white space is skipped, padding may be absent.
result base64_to_binary(const char16_t* input, size_t length, char* output, base64_options options,
                        last_chunk_handling_options last);
size_t maximal_binary_length_from_base64(const char16_t* input, size_t length);
size_t binary_to_base64(const char* input, size_t length, char* output, base64_options options);
size_t base64_length_from_binary(size_t length, base64_options options);

}  // namespace simdutf
// NOLINTEND(readability-identifier-naming)
