// SPDX-License-Identifier: Apache-2.0
#include "cli/ledger_access.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/quantity.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "ledger/data_folder.h"

namespace mayfly::cli {
namespace {

// Characters, which is near enough to columns for names and numbers.
size_t widthOf(std::string_view text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size(); ++width) i += std::max<size_t>(utf8SequenceLength(text.substr(i)), 1);
  return width;
}

Result<int64_t> parseAgo(std::string_view text) {
  if (!text.ends_with('d')) {
    auto duration = parseDuration(text);
    if (!duration) return std::move(duration).error();
    return std::chrono::duration_cast<std::chrono::milliseconds>(*duration).count();
  }
  int64_t days = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size() - 1, days);
  if (failure == std::errc() && end == text.data() + text.size() - 1 && days >= 0 && days < 100'000) {
    return days * kDayMillis;
  }
  return Error{ErrorCode::kUsage, ""};
}

}  // namespace

Result<OpenLedger> openLedger(const std::string& folder, IfMissing ifMissing) {
  OpenLedger open;
  Ledger::Options options;
  options.folder = folder;
  options.create = ifMissing == IfMissing::kCreate;
  if (folder.empty()) {
    auto found = defaultDataFolder();
    if (!found) return std::move(found).error().within("--data");
    options.folder = std::move(found).value();
  }
  auto loop = EventLoop::create();
  if (!loop) return std::move(loop).error();
  open.loop = std::move(loop).value();
  auto ledger = Ledger::open(*open.loop, options);
  if (!ledger && ledger.error().code == ErrorCode::kNotFound) {
    return Error{ErrorCode::kNotFound, "there is no ledger in " + options.folder +
                                           ": no daemon has used this data folder yet; name another with --data"};
  }
  if (!ledger) return std::move(ledger).error();
  open.ledger = std::move(ledger).value();
  return open;
}

Result<int64_t> parseMoment(std::string_view flag, std::string_view text, int64_t nowMillis) {
  if (auto moment = parseTimestamp(text)) return *moment;
  if (auto ago = parseAgo(text)) return nowMillis - *ago;
  return Error{ErrorCode::kUsage, std::string(flag) + ": " + printable(text.substr(0, 40)) +
                                      " is no time; write 2026-11-21T09:30:00Z, 2026-11-21, or how long ago: 30m, 7d"};
}

int complain(const Error& error) {
  Terminal(STDERR_FILENO).line("mayfly: " + std::string(errorInfo(error.code).code) + " " + printable(error.message));
  return errorInfo(error.code).exitStatus;
}

std::string tableText(const std::vector<std::vector<std::string>>& rows, const std::vector<bool>& right,
                      const Terminal& terminal) {
  std::vector<size_t> widths(right.size(), 0);
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], widthOf(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      std::string padding(widths[i] - widthOf(row[i]), ' ');
      line += (i > 0 ? "  " : "") + (right[i] ? padding + row[i] : row[i] + padding);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += &row == &rows.front() ? terminal.paint(line, Style::kBold) : line;
    out += '\n';
  }
  return out;
}

}  // namespace mayfly::cli
