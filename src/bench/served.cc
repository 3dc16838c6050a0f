// SPDX-License-Identifier: Apache-2.0
#include "bench/served.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/clock.h"
#include "base/syscall.h"
#include "bench/tied_process.h"

namespace mayfly::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kStart{30};

Result<std::string> makeFolder() {
  std::string name = fs::temp_directory_path().string() + "/mayfly-bench-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) return errnoError("mkdtemp");
  return name;
}

// One line: it listens and is sealed.
Result<void> awaitLine(int fd) {
  MonotonicTime limit = monotonicNow() + kStart;
  std::string line;
  while (line.find('\n') == std::string::npos) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(limit - monotonicNow()).count();
    pollfd readable{fd, POLLIN, 0};
    char chunk[512];
    if (left <= 0 || ::poll(&readable, 1, static_cast<int>(left)) == 0) {
      return Error{ErrorCode::kUnavailable, "mayfly serve did not start in time"};
    }
    ssize_t count = retryEintr([&] { return ::read(fd, chunk, sizeof chunk); });
    if (count <= 0) return Error{ErrorCode::kUnavailable, "mayfly serve ended before it was ready"};
    line.append(chunk, static_cast<size_t>(count));
  }
  return {};
}

std::string ownProgram() {
  std::error_code failure;
  return fs::read_symlink("/proc/self/exe", failure).string();
}

}  // namespace

Result<ChildProcess> Served::spawn(const Section& section, const std::string& folder, UniqueFd& output) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return errnoError("pipe2");
  output = UniqueFd(ends[0]);
  UniqueFd theirs(ends[1]);
  std::vector<std::string> arguments = {"serve",  "--json", "--listen", "unix:" + folder + "/socket",
                                        "--data", folder,   "--config", folder + "/mayfly.toml"};
  for (const auto& [layer, name] : {std::pair{seal::Layer::kLandlock, "landlock"}}) {
    if ((section.scheduler.weaker & seal::bit(layer)) != 0) arguments.insert(arguments.end(), {"--allow-weaker", name});
  }
  SpawnOptions options = tied(ownProgram(), arguments);
  options.descriptors.push_back({theirs.get(), STDOUT_FILENO});
  options.descriptors.push_back({STDERR_FILENO, STDERR_FILENO});
  auto process = ChildProcess::spawn(options);
  if (!process) return std::move(process).error();
  theirs.reset();
  MAYFLY_TRY(awaitLine(output.get()));
  return process;
}

Result<std::unique_ptr<Served>> Served::start(const Section& section, const std::string& config) {
  auto folder = makeFolder();
  if (!folder) return std::move(folder).error();
  std::ofstream(*folder + "/mayfly.toml") << config;
  UniqueFd output;
  auto process = spawn(section, *folder, output);
  if (!process) {
    std::error_code ignored;
    fs::remove_all(*folder, ignored);
    return std::move(process).error();
  }
  return std::unique_ptr<Served>(new Served(std::move(folder).value(), std::move(process).value(), std::move(output)));
}

Served::~Served() {
  process_.kill(SIGTERM);
  pollfd ended{process_.pidfd(), POLLIN, 0};
  ::poll(&ended, 1, 5000);  // it drains; the destructor of the process kills what is left
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Result<std::string> Served::createKey(const std::string& tenant) const {
  auto output = outputOf(ownProgram(), {"keys", "create", "--tenant", tenant, "--data", folder_, "--json"},
                         std::chrono::seconds(20));
  if (!output) return std::move(output).error();
  size_t begin = output->find("\"mf_");
  size_t end = begin == std::string::npos ? begin : output->find('"', begin + 1);
  if (end == std::string::npos) return Error{ErrorCode::kInternal, "mayfly keys create printed no key"};
  return output->substr(begin + 1, end - begin - 1);
}

Result<std::chrono::duration<double>> Served::killAndRestart(const Section& section) {
  process_.kill(SIGKILL);
  process_.wait();
  MonotonicTime begin = monotonicNow();
  auto process = spawn(section, folder_, output_);
  if (!process) return std::move(process).error();
  process_ = std::move(process).value();
  auto client = connect();
  if (!client) return std::move(client).error();
  auto answer = client->get("/healthz");
  if (!answer) return std::move(answer).error();
  return std::chrono::duration<double>(monotonicNow() - begin);
}

}  // namespace mayfly::bench
