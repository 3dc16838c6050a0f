// SPDX-License-Identifier: Apache-2.0
#pragma once

// Places, and who gets the next one. While there are more requests than places, tenants take turns, each in the order
// of its requests. A tenant never has more places than its limit; requests of one tenant may come with different limits
// (its keys'), and one that is held back by its own does not hold back the others.
//
// One thread. Turns may enter, leave and give back.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/result.h"

namespace mayfly {

class FairQueue {
 public:
  // Runs once: when the place has been taken, or with an error when there will be none. False: the place is not wanted
  // after all, and goes to the next one.
  using Turn = std::function<bool(const Result<void>& granted)>;
  using RequestId = uint64_t;

  // The places and requests of one tenant.
  class Line {
   public:
    [[nodiscard]] uint32_t taken() const { return taken_; }
    [[nodiscard]] uint32_t waiting() const { return waiting_; }

   private:
    friend class FairQueue;
    uint32_t taken_ = 0;
    uint32_t waiting_ = 0;
    bool inRing_ = false;
    std::map<uint32_t, std::map<RequestId, Turn>> lanes_;  // by limit, each in order
  };

  // `places` in all; so many requests may wait in each line.
  FairQueue(uint32_t places, uint32_t queued) : places_(places), queued_(queued) {}

  // Lives as long as the queue.
  Line& line(const std::string& tenant);

  // There are tenants that do not know each other: the last eighth of the places is for those that have few, so that
  // one that takes all it can get, and keeps it for long, leaves something.
  void keepReserve() { reserve_ = places_ / 8; }

  // The turn may come before this returns. E_BUSY when too many wait.
  Result<RequestId> enter(Line& line, uint32_t limit, Turn turn);
  // Stops waiting; nothing when its turn has come.
  void leave(Line& line, uint32_t limit, RequestId id);
  // The place goes to nobody before pump().
  void giveBack(Line& line);
  void pump();
  // Tells all who wait that they wait in vain.
  void refuseAll(const Error& error);

  [[nodiscard]] uint32_t taken() const { return taken_; }
  [[nodiscard]] uint32_t waiting() const { return waiting_; }

 private:
  // The lane whose first request is next, or null when the line has to wait.
  static std::map<RequestId, Turn>* nextLane(Line& line);
  [[nodiscard]] bool mayTake(const Line& line) const;
  bool serveOne();

  uint32_t places_;
  uint32_t queued_;
  uint32_t reserve_ = 0;
  uint32_t taken_ = 0;
  uint32_t waiting_ = 0;
  RequestId lastId_ = 0;
  bool pumping_ = false;
  std::unordered_map<std::string, std::unique_ptr<Line>> lines_;
  std::deque<Line*> ring_;  // lines in which somebody waits; the first is next
};

}  // namespace mayfly
