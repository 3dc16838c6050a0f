// SPDX-License-Identifier: Apache-2.0
#include "ledger/data_folder.h"

#include <cstdlib>

namespace mayfly {
namespace {

// Absolute, as the standards of all three ask; else it is as if it were not set.
std::string folderFrom(const char* variable) {
  const char* value = ::getenv(variable);
  std::string folder = value == nullptr ? "" : value;
  folder = folder.substr(0, folder.find(':'));  // systemd lists several
  return folder.starts_with('/') ? folder : "";
}

}  // namespace

Result<std::string> defaultDataFolder() {
  if (std::string folder = folderFrom("STATE_DIRECTORY"); !folder.empty()) return folder;
  if (std::string folder = folderFrom("XDG_STATE_HOME"); !folder.empty()) return folder + "/mayfly";
  if (std::string folder = folderFrom("HOME"); !folder.empty()) return folder + "/.local/state/mayfly";
  return Error{ErrorCode::kUsage, "no data folder: neither STATE_DIRECTORY, XDG_STATE_HOME nor HOME is set; name it"};
}

}  // namespace mayfly
