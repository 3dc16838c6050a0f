// SPDX-License-Identifier: Apache-2.0
#include "scheduler/error_location.h"

#include <algorithm>
#include <utility>

#include "scheduler/code_frame.h"

namespace mayfly {
namespace {

constexpr size_t kMaxPositions = 256;

}  // namespace

struct ErrorLocation::Question {
  RunError error;
  std::vector<std::string> unmapped;  // modules whose frames are still to be mapped
  std::function<void(RunError)> done;

  std::vector<wire::StackFrame*> framesIn(const std::string& module) {
    std::vector<wire::StackFrame*> frames;
    auto gather = [&](RunError& each) {
      for (wire::StackFrame& frame : each.frames) {
        if (frame.module == module && frames.size() < kMaxPositions) frames.push_back(&frame);
      }
    };
    gather(error);
    for (RunError& cause : error.causes) gather(cause);
    return frames;
  }
};

void ErrorLocation::locate(RunError error, std::function<void(RunError)> done) {
  auto question = std::make_shared<Question>();
  auto collect = [&](const RunError& each) {
    for (const wire::StackFrame& frame : each.frames) {
      auto& names = question->unmapped;
      if (std::find(names.begin(), names.end(), frame.module) == names.end()) names.push_back(frame.module);
    }
  };
  collect(error);
  for (const RunError& cause : error.causes) collect(cause);
  question->error = std::move(error);
  question->done = std::move(done);
  next(std::move(question));
}

void ErrorLocation::next(std::shared_ptr<Question> question) {
  while (!question->unmapped.empty()) {
    std::string name = std::move(question->unmapped.back());
    question->unmapped.pop_back();
    size_t index = 0;
    while (index < sources_.size() && sources_[index].name != name) ++index;
    if (index >= mapIds_.size() || mapIds_[index].empty()) continue;
    auto frames = question->framesIn(name);
    return map(std::move(question), index, std::move(frames), false);
  }
  finish(*question);
}

void ErrorLocation::map(std::shared_ptr<Question> question, size_t module, std::vector<wire::StackFrame*> frames,
                        bool again) {
  std::vector<Position> positions;
  positions.reserve(frames.size());
  for (const wire::StackFrame* frame : frames) positions.push_back({frame->line, frame->column});
  toolHost_.map(mapIds_[module], positions, [=, this, alive = alive_](const auto& mapped) mutable {
    if (!*alive) return;
    bool lost = mapped.ok() && std::none_of(mapped.value().begin(), mapped.value().end(),
                                            [](const auto& position) { return position.has_value(); });
    if (lost && !again) {
      // A worker lives longer than its map is kept. The same source has the same map, and the same name for it.
      toolHost_.transform(sources_[module], [=, this](const auto&) mutable {
        if (*alive) map(std::move(question), module, std::move(frames), true);
      });
      return;
    }
    for (size_t i = 0; mapped.ok() && i < frames.size(); ++i) {
      // Generated code without an original has no place to point at.
      const std::optional<Position>& position = mapped.value()[i];
      frames[i]->line = position ? position->line : 0;
      frames[i]->column = position ? position->column : 0;
    }
    next(std::move(question));
  });
}

void ErrorLocation::finish(Question& question) {
  std::erase_if(question.error.frames, [](const wire::StackFrame& frame) { return frame.line == 0; });
  addCodeFrame(sources_, question.error);
  for (RunError& cause : question.error.causes) addCodeFrame(sources_, cause);
  auto done = std::move(question.done);
  done(std::move(question.error));
}

void addCodeFrame(const std::vector<SourceModule>& sources, RunError& error) {
  for (const wire::StackFrame& frame : error.frames) {
    for (const SourceModule& module : sources) {
      if (module.name != frame.module) continue;
      error.codeFrame = codeFrame(module.source, frame.line, frame.column);
      return;
    }
  }
}

}  // namespace mayfly
