// SPDX-License-Identifier: Apache-2.0
#include "bench/rival.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bench/tied_process.h"

namespace mayfly::bench {
namespace {

constexpr int kListenerFd = 3;

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
  if (!socket.valid() || ::connect(socket.get(), generic, length) != 0) {
    return errnoError("connecting to the rival", ErrorCode::kUnavailable);
  }
  MAYFLY_TRY(limitWaiting(socket.get()));
  return HttpClient(std::move(socket));
}

}  // namespace mayfly::bench
