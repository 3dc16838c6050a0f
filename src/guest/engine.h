// SPDX-License-Identifier: Apache-2.0
#pragma once

// V8 in this process: flags, platform, one isolate. Made once in the zygote; every guest inherits it by fork.
// Never taken down: processes end by _exit.

#include <memory>
#include <string>

#include "guest/clock_platform.h"
#include "guest/guest_state.h"
#include "guest/memory_budget.h"
#include "guest/v8_api.h"

namespace mayfly::guest {

class Engine {
 public:
  enum class Jit : uint8_t { kOn, kOff };
  explicit Engine(Jit jit);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  [[nodiscard]] v8::Isolate* isolate() const { return isolate_; }
  [[nodiscard]] BudgetAllocator& allocator() { return allocator_; }
  [[nodiscard]] GuestState& state() { return state_; }
  [[nodiscard]] ClockPlatform& clock() { return *platform_; }

  // Forgets what a throw-away program left in the state.
  void resetState();

  static std::string version() { return v8::V8::GetVersion(); }

 private:
  std::unique_ptr<ClockPlatform> platform_;
  BudgetAllocator allocator_;
  GuestState state_;
  v8::Isolate* isolate_ = nullptr;
};

}  // namespace mayfly::guest
