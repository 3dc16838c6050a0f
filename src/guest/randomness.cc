// SPDX-License-Identifier: Apache-2.0
#include "guest/randomness.h"

#include <sys/random.h>
#include <unistd.h>

#include <bit>
#include <cstdint>

#include "base/check.h"
#include "base/syscall.h"

namespace mayfly::guest {
namespace {

struct Xoshiro {
  uint64_t state[4] = {};
  bool seeded = false;

  uint64_t next() {
    uint64_t result = std::rotl(state[0] + state[3], 23) + state[0];
    uint64_t shifted = state[1] << 17U;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = std::rotl(state[3], 45);
    return result;
  }
};

Xoshiro generator;

// Fills the pool that it is given with numbers in [0, 1).
void refill(const v8::FunctionCallbackInfo<v8::Value>& info) {
  if (!generator.seeded) reseedRandom();
  auto pool = info[0].As<v8::Float64Array>();
  auto* numbers = static_cast<double*>(pool->Buffer()->Data());
  for (size_t i = 0; i < pool->Length(); ++i) {
    numbers[i] = static_cast<double>(generator.next() >> 11U) * 0x1.0p-53;
  }
}

// The pool starts empty and no zygote ever calls Math.random of a context that it hands on, so the first call of a
// guest draws from the guest's own seed.
constexpr char kSource[] = R"js((refill) => {
  const pool = new Float64Array(64);
  let left = 0;
  return {
    random() {
      if (left === 0) {
        refill(pool);
        left = 64;
      }
      return pool[--left];
    },
  }.random;
})js";

}  // namespace

void fillRandom(void* bytes, size_t size) {
  auto* at = static_cast<unsigned char*>(bytes);
  while (size > 0) {
    ssize_t count = retryEintr([&] { return ::getrandom(at, size, 0); });
    MAYFLY_CHECK(count > 0);
    at += count;
    size -= static_cast<size_t>(count);
  }
}

bool entropySource(unsigned char* bytes, size_t size) {
  fillRandom(bytes, size);
  return true;
}

void reseedRandom() {
  fillRandom(generator.state, sizeof generator.state);
  generator.seeded = true;
}

void installRandom(v8::Local<v8::Context> context) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Value> factory =
      v8::Script::Compile(context, v8Text(isolate, kSource)).ToLocalChecked()->Run(context).ToLocalChecked();
  v8::Local<v8::Value> argument = v8::Function::New(context, refill).ToLocalChecked();
  v8::Local<v8::Value> random =
      factory.As<v8::Function>()->Call(context, v8::Undefined(isolate), 1, &argument).ToLocalChecked();
  v8::Local<v8::Object> math =
      context->Global()->Get(context, v8Name(isolate, "Math")).ToLocalChecked().As<v8::Object>();
  math->DefineOwnProperty(context, v8Name(isolate, "random"), random, v8::DontEnum).Check();
}

}  // namespace mayfly::guest
