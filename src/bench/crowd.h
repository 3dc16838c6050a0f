// SPDX-License-Identifier: Apache-2.0
#pragma once

// Many sandboxes alive at once. Each is given the same absolute time in its input, logs that it is up, sleeps until
// then and answers; every answer is checked.

#include <string>

#include "bench/daemon.h"

namespace mayfly::bench {

class Crowd {
 public:
  // Sleeps until `untilMillis` (milliseconds since 1970).
  Crowd(Daemon& daemon, size_t size, double untilMillis) : daemon_(daemon), size_(size), untilMillis_(untilMillis) {}
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  // Starts them, a few at a time, until all are up or the first has answered.
  Result<void> assemble();
  // Until every one has answered.
  Result<void> dissolve();

  // Up and not yet answered: now, and the most at any time.
  [[nodiscard]] size_t alive() const { return up_ - ended_; }
  [[nodiscard]] size_t peak() const { return peak_; }
  [[nodiscard]] size_t started() const { return started_; }
  // Ended with the right answer.
  [[nodiscard]] size_t answered() const { return answered_; }
  [[nodiscard]] const std::string& firstFailure() const { return firstFailure_; }

 private:
  void startOne();
  void onDone(const Outcome& outcome, uint64_t nonce);

  Daemon& daemon_;
  size_t size_;
  double untilMillis_;
  size_t started_ = 0;
  size_t up_ = 0;
  size_t ended_ = 0;
  size_t peak_ = 0;
  size_t answered_ = 0;
  std::string firstFailure_;
};

// Memory of one guest of a live zygote by the kernel's account, in bytes; a median over some of them. Nothing where
// /proc does not show it to us.
struct GuestMemory {
  double pageTables = 0;
  double privatePages = 0;
};
std::optional<GuestMemory> sampleGuests(pid_t zygote);

}  // namespace mayfly::bench
