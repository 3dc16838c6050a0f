// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a program failed: positions in the sources as they were written, and the lines around. Used by a run and by a
// worker, which may have many failures to locate at once.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "scheduler/outcome.h"
#include "scheduler/tool_host.h"

namespace mayfly {

class ErrorLocation {
 public:
  // `sources` and `mapIds` (ProgramPreparation's) outlive it.
  ErrorLocation(ToolHost& toolHost, const std::vector<SourceModule>& sources, const std::vector<std::string>& mapIds)
      : toolHost_(toolHost), sources_(sources), mapIds_(mapIds) {}
  ~ErrorLocation() { *alive_ = false; }
  ErrorLocation(const ErrorLocation&) = delete;
  ErrorLocation& operator=(const ErrorLocation&) = delete;

  // Frames come in the coordinates of the compiled source. Modules that were transformed are mapped back, one question
  // each; then the code frame is cut from the original. `done` comes once, at once when nothing has to be asked; never
  // when this object has gone.
  void locate(RunError error, std::function<void(RunError)> done);

 private:
  struct Question;
  void next(std::shared_ptr<Question> question);
  void map(std::shared_ptr<Question> question, size_t module, std::vector<wire::StackFrame*> frames, bool again);
  void finish(Question& question);

  ToolHost& toolHost_;
  const std::vector<SourceModule>& sources_;
  const std::vector<std::string>& mapIds_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // answers of the tool host may come after us
};

// The lines around the first frame that has a place in the sources.
void addCodeFrame(const std::vector<SourceModule>& sources, RunError& error);

}  // namespace mayfly
