// SPDX-License-Identifier: Apache-2.0
#include "tenants/fair_queue.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace mayfly {

FairQueue::Line& FairQueue::line(const std::string& tenant) {
  std::unique_ptr<Line>& found = lines_[tenant];
  if (found == nullptr) found = std::make_unique<Line>();
  return *found;
}

Result<FairQueue::RequestId> FairQueue::enter(Line& line, uint32_t limit, Turn turn) {
  RequestId id = ++lastId_;
  line.lanes_[limit].emplace(id, std::move(turn));
  ++line.waiting_;
  ++waiting_;
  if (!std::exchange(line.inRing_, true)) ring_.push_back(&line);
  pump();
  auto lane = line.lanes_.find(limit);
  bool waits = lane != line.lanes_.end() && lane->second.contains(id);
  bool tooMany = waits && line.waiting_ > queued_;
  if (!tooMany) return id;
  leave(line, limit, id);
  return Error{ErrorCode::kBusy, "all places are taken, and " + std::to_string(queued_) +
                                     " requests of this tenant wait already; try again later"};
}

void FairQueue::leave(Line& line, uint32_t limit, RequestId id) {
  auto lane = line.lanes_.find(limit);
  if (lane == line.lanes_.end() || lane->second.erase(id) == 0) return;
  if (lane->second.empty()) line.lanes_.erase(lane);
  --line.waiting_;
  --waiting_;
  if (line.waiting_ > 0) return;
  line.inRing_ = false;
  std::erase(ring_, &line);
}

void FairQueue::giveBack(Line& line) {
  MAYFLY_CHECK(line.taken_ > 0 && taken_ > 0);
  --line.taken_;
  --taken_;
}

std::map<FairQueue::RequestId, FairQueue::Turn>* FairQueue::nextLane(Line& line) {
  std::map<RequestId, Turn>* first = nullptr;
  for (auto lane = line.lanes_.upper_bound(line.taken_); lane != line.lanes_.end(); ++lane) {
    if (first == nullptr || lane->second.begin()->first < first->begin()->first) first = &lane->second;
  }
  return first;
}

bool FairQueue::mayTake(const Line& line) const {
  if (taken_ >= places_) return false;
  return reserve_ == 0 || places_ - taken_ > reserve_ || line.taken_ < reserve_;
}

bool FairQueue::serveOne() {
  auto next = std::find_if(ring_.begin(), ring_.end(),
                           [this](Line* line) { return mayTake(*line) && nextLane(*line) != nullptr; });
  if (next == ring_.end()) return false;
  Line& line = **next;
  ring_.erase(next);
  ring_.push_back(&line);
  auto& lane = *nextLane(line);
  Turn turn = std::move(lane.begin()->second);
  RequestId id = lane.begin()->first;
  auto limit = std::find_if(line.lanes_.begin(), line.lanes_.end(), [&](auto& each) { return &each.second == &lane; });
  leave(line, limit->first, id);
  ++line.taken_;
  ++taken_;
  if (!turn({})) giveBack(line);
  return true;
}

void FairQueue::pump() {
  if (std::exchange(pumping_, true)) return;  // whoever pumps goes on until nobody can be served
  while (serveOne()) continue;
  pumping_ = false;
}

void FairQueue::refuseAll(const Error& error) {
  std::vector<Turn> turns;
  for (Line* line : ring_) {
    for (auto& [limit, lane] : line->lanes_) {
      for (auto& [id, turn] : lane) turns.push_back(std::move(turn));
    }
    line->lanes_.clear();
    line->waiting_ = 0;
    line->inRing_ = false;
  }
  ring_.clear();
  waiting_ = 0;
  for (Turn& turn : turns) (void)turn(error);
}

}  // namespace mayfly
