// SPDX-License-Identifier: Apache-2.0
#include "scheduler/program_preparation.h"

#include <algorithm>
#include <utility>

#include "scheduler/error_location.h"
#include "scheduler/verdict.h"

namespace mayfly {
namespace {

wire::ModuleKind kindOf(Language language) {
  switch (language) {
    case Language::kJson:
      return wire::ModuleKind::kJson;
    case Language::kText:
      return wire::ModuleKind::kText;
    case Language::kData:
      return wire::ModuleKind::kData;
    case Language::kWasm:
      return wire::ModuleKind::kWasm;
    case Language::kCommonJs:
      return wire::ModuleKind::kCommonJs;
    default:
      return wire::ModuleKind::kJavaScript;
  }
}

bool needsToolHost(Language language) {
  return language == Language::kAuto || language == Language::kTypeScript || language == Language::kTsx ||
         language == Language::kJsx;
}

}  // namespace

bool PreparedProgram::movedPositions() const {
  return std::any_of(mapIds.begin(), mapIds.end(), [](const std::string& id) { return !id.empty(); });
}

void ProgramPreparation::start(Done done) {
  done_ = std::move(done);
  program_.modules.reserve(sources_.size());
  program_.mapIds.reserve(sources_.size());
  next();
}

void ProgramPreparation::next() {
  while (program_.modules.size() < sources_.size()) {
    const SourceModule& module = sources_[program_.modules.size()];
    if (needsToolHost(module.language)) {
      toolHost_.transform(module, [this, alive = alive_](Result<Transformed> transformed) {
        if (*alive) onTransformed(std::move(transformed));
      });
      return;
    }
    program_.modules.push_back({.name = module.name, .kind = kindOf(module.language), .source = module.source});
    program_.mapIds.emplace_back();
  }
  auto done = std::move(done_);
  done(std::nullopt);
}

void ProgramPreparation::onTransformed(Result<Transformed> transformed) {
  auto done = done_;
  if (!transformed) return done(fromError(transformed.error()));
  const SourceModule& module = sources_[program_.modules.size()];
  if (!transformed->ok) {
    RunError error;
    error.code = ErrorCode::kSyntax;
    error.name = "SyntaxError";
    error.message = transformed->message;
    error.frames.push_back(
        {.function = "", .module = module.name, .line = transformed->line, .column = transformed->column});
    addCodeFrame(sources_, error);
    return done(std::move(error));
  }
  program_.modules.push_back({.name = module.name,
                              .kind = kindOf(module.language),
                              .source = std::move(transformed->code),
                              .transformed = !transformed->mapId.empty()});
  program_.mapIds.push_back(std::move(transformed->mapId));
  next();
}

}  // namespace mayfly
