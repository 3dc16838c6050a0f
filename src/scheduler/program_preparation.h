// SPDX-License-Identifier: Apache-2.0
#pragma once

// From the modules as they were written to those that a guest compiles: what is not JavaScript goes through the tool
// host, one module after the other. Used by a run and by a worker.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scheduler/outcome.h"
#include "scheduler/tool_host.h"

namespace mayfly {

struct PreparedProgram {
  std::vector<wire::Module> modules;
  std::vector<std::string> mapIds;  // of each module, for ToolHost::map; empty: positions are unchanged

  // Whether any position differs from that in the author's text.
  [[nodiscard]] bool movedPositions() const;
};

class ProgramPreparation {
 public:
  // `sources` outlives it.
  ProgramPreparation(ToolHost& toolHost, const std::vector<SourceModule>& sources)
      : toolHost_(toolHost), sources_(sources) {}
  ~ProgramPreparation() { *alive_ = false; }
  ProgramPreparation(const ProgramPreparation&) = delete;
  ProgramPreparation& operator=(const ProgramPreparation&) = delete;

  // `done` comes once, at once when nothing has to be asked: with the error that the author gets, or nothing.
  using Done = std::function<void(std::optional<RunError>)>;
  void start(Done done);
  // What came of it; a second time there are no modules any more.
  [[nodiscard]] PreparedProgram& program() { return program_; }

 private:
  void next();
  void onTransformed(Result<Transformed> transformed);

  ToolHost& toolHost_;
  const std::vector<SourceModule>& sources_;
  PreparedProgram program_;
  Done done_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // answers of the tool host may come after us
};

}  // namespace mayfly
