// SPDX-License-Identifier: Apache-2.0
#pragma once

// The part of brotli's C API that is used here (brotli/encode.h and brotli/decode.h of brotli 1). The V8 provider
// exports the library and ships no header for it.

#include <cstddef>
#include <cstdint>

// The names are the library's. NOLINTBEGIN(readability-identifier-naming)
extern "C" {

struct BrotliEncoderStateStruct;
struct BrotliDecoderStateStruct;
using brotli_alloc_func = void* (*)(void* opaque, size_t size);
using brotli_free_func = void (*)(void* opaque, void* address);

enum BrotliEncoderParameter { BROTLI_PARAM_MODE = 0, BROTLI_PARAM_QUALITY = 1, BROTLI_PARAM_LGWIN = 2 };
enum BrotliEncoderOperation { BROTLI_OPERATION_PROCESS = 0, BROTLI_OPERATION_FLUSH = 1, BROTLI_OPERATION_FINISH = 2 };
enum BrotliDecoderResult {
  BROTLI_DECODER_RESULT_ERROR = 0,
  BROTLI_DECODER_RESULT_SUCCESS = 1,
  BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT = 2,
  BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT = 3,
};

BrotliEncoderStateStruct* BrotliEncoderCreateInstance(brotli_alloc_func alloc, brotli_free_func free, void* opaque);
void BrotliEncoderDestroyInstance(BrotliEncoderStateStruct* state);
int BrotliEncoderSetParameter(BrotliEncoderStateStruct* state, BrotliEncoderParameter parameter, uint32_t value);
int BrotliEncoderCompressStream(BrotliEncoderStateStruct* state, BrotliEncoderOperation operation, size_t* available_in,
                                const uint8_t** next_in, size_t* available_out, uint8_t** next_out, size_t* total_out);
int BrotliEncoderIsFinished(BrotliEncoderStateStruct* state);
int BrotliEncoderHasMoreOutput(BrotliEncoderStateStruct* state);

BrotliDecoderStateStruct* BrotliDecoderCreateInstance(brotli_alloc_func alloc, brotli_free_func free, void* opaque);
void BrotliDecoderDestroyInstance(BrotliDecoderStateStruct* state);
BrotliDecoderResult BrotliDecoderDecompressStream(BrotliDecoderStateStruct* state, size_t* available_in,
                                                  const uint8_t** next_in, size_t* available_out, uint8_t** next_out,
                                                  size_t* total_out);
int BrotliDecoderGetErrorCode(const BrotliDecoderStateStruct* state);

}  // extern "C"
// NOLINTEND(readability-identifier-naming)
