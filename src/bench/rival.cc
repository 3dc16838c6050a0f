// SPDX-License-Identifier: Apache-2.0
#include "bench/rival.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>

#include "base/clock.h"
#include "base/syscall.h"
#include "bench/interrupt.h"

namespace mayfly::bench {
namespace {

constexpr int kListenerFd = 3;
constexpr size_t kMaxOutput = 1U << 20U;
constexpr time_t kAnswerSeconds = 60;

// Runs the program so that the kernel ends it when we end, however that happens.
constexpr const char* kPrivilegeTool = "/usr/bin/setpriv";

SpawnOptions tied(const std::string& program, const std::vector<std::string>& arguments) {
  SpawnOptions spawn;
  spawn.program = kPrivilegeTool;
  spawn.arguments = {"--pdeathsig", "KILL", program};
  spawn.arguments.insert(spawn.arguments.end(), arguments.begin(), arguments.end());
  return spawn;
}

// An address of the kernel's choice in the abstract name space (unix(7), "autobind"): no file is made.
Result<UniqueFd> listenSomewhere() {
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (!socket.valid() || ::bind(socket.get(), generic, sizeof address.sun_family) != 0 ||
      ::listen(socket.get(), 64) != 0) {
    return errnoError("a socket for the rival");
  }
  return socket;
}

}  // namespace

Result<std::unique_ptr<Rival>> Rival::start(const std::string& binary, const std::string& sources) {
  auto listener = listenSomewhere();
  if (!listener) return std::move(listener).error();
  SpawnOptions spawn = tied(binary, {"serve", sources + "/src/bench/workerd/config.capnp", "--experimental",
                                     "--socket-fd", "http=" + std::to_string(kListenerFd)});
  spawn.descriptors.push_back({listener->get(), kListenerFd});
  spawn.descriptors.push_back({STDERR_FILENO, STDERR_FILENO});
  auto process = ChildProcess::spawn(spawn);
  if (!process) return std::move(process).error();
  return std::unique_ptr<Rival>(new Rival(std::move(process).value(), std::move(listener).value()));
}

Result<HttpClient> Rival::connect() const {
  sockaddr_un address{};
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::getsockname(listener_.get(), generic, &length) != 0) return errnoError("the rival's address");
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  timeval limit{.tv_sec = kAnswerSeconds, .tv_usec = 0};
  if (!socket.valid() || ::connect(socket.get(), generic, length) != 0 ||
      ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0) {
    return errnoError("connecting to the rival", ErrorCode::kUnavailable);
  }
  return HttpClient(std::move(socket));
}

Result<void> HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = retryEintr([&] { return ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); });
    if (count <= 0) return errnoError("talking to the rival", ErrorCode::kUnavailable);
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return {};
}

Result<std::string> HttpClient::post(std::string_view path, std::string_view body) {
  std::string request = "POST " + std::string(path) +
                        " HTTP/1.1\r\nHost: bench\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  request += body;
  MAYFLY_TRY(checkInterrupted());
  MAYFLY_TRY(send(request));
  for (;;) {
    auto reply = reader_.next();
    if (!reply) return std::move(reply).error();
    if (reply->has_value()) {
      if ((*reply)->status == 200) return std::move((*reply)->body);
      return Error{ErrorCode::kInternal,
                   "the rival answered " + std::to_string((*reply)->status) + " " + (*reply)->body};
    }
    std::array<char, 16384> chunk{};
    ssize_t count = retryEintr([&] { return ::recv(socket_.get(), chunk.data(), chunk.size(), 0); });
    if (count <= 0) return errnoError("waiting for the rival", ErrorCode::kUnavailable);
    reader_.append({chunk.data(), static_cast<size_t>(count)});
  }
}

Result<std::string> outputOf(const std::string& program, const std::vector<std::string>& arguments,
                             std::chrono::seconds atMost) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return errnoError("pipe2");
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  SpawnOptions spawn = tied(program, arguments);
  spawn.descriptors.push_back({theirs.get(), STDOUT_FILENO});
  spawn.descriptors.push_back({STDERR_FILENO, STDERR_FILENO});
  auto process = ChildProcess::spawn(spawn);
  if (!process) return std::move(process).error();
  theirs.reset();
  std::string output;
  MonotonicTime limit = monotonicNow() + atMost;
  for (;;) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(limit - monotonicNow()).count();
    pollfd readable{ours.get(), POLLIN, 0};
    if (left <= 0 || ::poll(&readable, 1, static_cast<int>(left)) == 0 || output.size() > kMaxOutput) {
      return Error{ErrorCode::kUnavailable, program + " did not end in time"};
    }
    std::array<char, 4096> chunk{};
    ssize_t count = retryEintr([&] { return ::read(ours.get(), chunk.data(), chunk.size()); });
    if (count <= 0) break;
    output.append(chunk.data(), static_cast<size_t>(count));
  }
  ExitStatus status = process->wait();
  if (!status.signalled && status.value == 0) return output;
  return Error{ErrorCode::kUnavailable, program + " failed"};
}

}  // namespace mayfly::bench
