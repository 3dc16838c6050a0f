// SPDX-License-Identifier: Apache-2.0
#include "bench/crowd.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <vector>

#include "bench/machine.h"
#include "bench/snippet.h"
#include "bench/statistics.h"

namespace mayfly::bench {
namespace {

// Forked and not yet up. The zygote's socket holds about two hundred requests.
constexpr size_t kStarting = 32;
constexpr std::chrono::minutes kWall{20};
constexpr size_t kSampledGuests = 25;

double kilobytes(const std::string& text, std::string_view key) { return std::atof(fieldOf(text, key).c_str()) * 1024; }

}  // namespace

void Crowd::startOne() {
  uint64_t nonce = nextNonce();
  RunRequest request = sleeperRequest(nonce, untilMillis_);
  request.limits.wall = kWall;
  RunCallbacks callbacks;
  callbacks.onLog = [this](const wire::LogRecord&) {
    ++up_;
    peak_ = std::max(peak_, alive());
  };
  callbacks.onDone = [this, nonce](const Outcome& outcome) { onDone(outcome, nonce); };
  ++started_;
  daemon_.scheduler().submit(std::move(request), std::move(callbacks));
}

void Crowd::onDone(const Outcome& outcome, uint64_t nonce) {
  auto right = checkOutcome(outcome, sleeperResult(nonce));
  if (right.ok()) {
    ++answered_;
  } else if (firstFailure_.empty()) {
    firstFailure_ = right.error().message;
  }
  ++ended_;
  up_ = std::max(up_, ended_);  // one that failed may never have been up
}

Result<void> Crowd::assemble() {
  auto enough = [this] {
    if (ended_ == 0) {
      while (started_ < size_ && started_ < up_ + kStarting) startOne();
    }
    return up_ >= size_ || ended_ > 0;
  };
  return daemon_.until(enough, "the sandboxes to be up", std::chrono::seconds(600));
}

Result<void> Crowd::dissolve() {
  return daemon_.until([this] { return ended_ >= started_; }, "the sandboxes to answer", std::chrono::seconds(600));
}

std::optional<GuestMemory> sampleGuests(pid_t zygote) {
  std::string process = "/proc/" + std::to_string(zygote);
  std::istringstream children(readSmallFile(process + "/task/" + std::to_string(zygote) + "/children"));
  std::vector<double> tables;
  std::vector<double> pages;
  for (std::string pid; tables.size() < kSampledGuests && children >> pid;) {
    std::string rollup = readSmallFile("/proc/" + pid + "/smaps_rollup");
    if (rollup.empty()) return {};
    pages.push_back(kilobytes(rollup, "Private_Dirty") + kilobytes(rollup, "Private_Clean"));
    tables.push_back(kilobytes(readSmallFile("/proc/" + pid + "/status"), "VmPTE"));
  }
  if (tables.empty()) return {};
  return GuestMemory{.pageTables = summarize(std::move(tables)).p50, .privatePages = summarize(std::move(pages)).p50};
}

}  // namespace mayfly::bench
