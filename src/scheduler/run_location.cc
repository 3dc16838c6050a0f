// SPDX-License-Identifier: Apache-2.0
// The part of a run that comes after a failure: positions in the sources as they were written, and the lines around.

#include <algorithm>
#include <utility>

#include "scheduler/code_frame.h"
#include "scheduler/run.h"

namespace mayfly {

// Frames come in the coordinates of the compiled source. Modules that were transformed are mapped back, one question
// each; then the code frame is cut from the original.
void Run::locate() {
  auto collect = [this](const RunError& error) {
    for (const wire::StackFrame& frame : error.frames) {
      if (std::find(unmapped_.begin(), unmapped_.end(), frame.module) == unmapped_.end())
        unmapped_.push_back(frame.module);
    }
  };
  collect(*outcome_.error);
  for (const RunError& cause : outcome_.error->causes) collect(cause);
  locateNext();
}

void Run::locateNext() {
  while (!unmapped_.empty()) {
    std::string name = std::move(unmapped_.back());
    unmapped_.pop_back();
    size_t index = 0;
    while (index < request_.modules.size() && request_.modules[index].name != name) ++index;
    if (index >= prepared_.size() || prepared_[index].mapId.empty()) continue;
    std::vector<wire::StackFrame*> frames;
    auto gather = [&](RunError& error) {
      for (wire::StackFrame& frame : error.frames) {
        if (frame.module == name) frames.push_back(&frame);
      }
    };
    gather(*outcome_.error);
    for (RunError& cause : outcome_.error->causes) gather(cause);
    constexpr size_t kMaxPositions = 256;
    if (frames.size() > kMaxPositions) frames.resize(kMaxPositions);
    std::vector<Position> positions;
    positions.reserve(frames.size());
    for (const wire::StackFrame* frame : frames) positions.push_back({frame->line, frame->column});
    toolHost_.map(prepared_[index].mapId, positions, [this, alive = alive_, frames](auto mapped) {
      if (!*alive) return;
      for (size_t i = 0; mapped && i < frames.size(); ++i) {
        // Generated code without an original has no place to point at.
        frames[i]->line = (*mapped)[i] ? (*mapped)[i]->line : 0;
        frames[i]->column = (*mapped)[i] ? (*mapped)[i]->column : 0;
      }
      locateNext();
    });
    return;
  }
  std::erase_if(outcome_.error->frames, [](const wire::StackFrame& frame) { return frame.line == 0; });
  addCodeFrame(*outcome_.error);
  for (RunError& cause : outcome_.error->causes) addCodeFrame(cause);
  finish();
}

void Run::addCodeFrame(RunError& error) const {
  for (const wire::StackFrame& frame : error.frames) {
    for (const SourceModule& module : request_.modules) {
      if (module.name != frame.module) continue;
      error.codeFrame = codeFrame(module.source, frame.line, frame.column);
      return;
    }
  }
}

}  // namespace mayfly
