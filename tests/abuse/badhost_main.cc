// SPDX-License-Identifier: Apache-2.0
// libmayfly-badhost.so: a zygote like the real one, with the real seal, whose guests are in the hands of an attacker
// with native code (security.md group E). A program whose first line is `badhost` is a list of orders, one a line;
// any other program runs as it does in the product.
//
//   syscall NR A B C D E F    makes the call; its result (or -errno) is kept. Arguments are numbers or @names, see
//                             argumentOf(). int80 NR A B C D: the same through the 32-bit gate
//   write HEX                 bytes into the socket
//   frame TYPE HEX [FLAGS [STREAM [LENGTH]]]   one frame; LENGTH: the length that its header announces
//   flood COUNT TYPE HEX      COUNT frames; 0: for ever
//   result JSON               a well-formed result frame
//   die KIND                  see die()
//   exit STATUS | spin | hang | sleep MS
//   touch MEGABYTES           private memory, written. touch-code MEGABYTES: V8's code range, written
//   page-tables COUNT         reads one byte in each of COUNT ranges of 2 MB
//   deaf                      must be the first order: the rest of the job is never read
//
// Without a result of its own the script ends in one: the array of what its calls returned.

#include <netinet/in.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/check.h"
#include "guest/program.h"
#include "guest/zygote.h"
#include "launch/takeover.h"
#include "wire/guest_protocol.h"

namespace {

using mayfly::guest::DaemonChannel;
using mayfly::guest::Engine;
using mayfly::guest::GuestContexts;
namespace wire = mayfly::wire;

// The one descriptor above the standard ones: nothing tells its number, but every other is closed.
int socketOfGuest() {
  for (int fd = 3; fd < 1024; ++fd) {
    if (::write(fd, "", 0) == 0) return fd;
  }
  ::_exit(99);
}

void writeAll(int fd, const std::string& bytes) {
  for (size_t sent = 0; sent < bytes.size();) {
    ssize_t count = ::write(fd, bytes.data() + sent, bytes.size() - sent);
    if (count <= 0) ::_exit(98);
    sent += static_cast<size_t>(count);
  }
}

// False when the daemon has gone.
bool readAll(int fd, char* to, size_t size) {
  for (size_t got = 0; got < size;) {
    ssize_t count = ::read(fd, to + got, size - got);
    if (count <= 0) return false;
    got += static_cast<size_t>(count);
  }
  return true;
}

std::string bytesOf(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::strtoul(hex.substr(i, 2).c_str(), nullptr, 16));
  }
  return bytes;
}

alignas(4096) char buffer[1 << 16];
const char* const kArguments[] = {"/bin/true", nullptr};

// What calls need to be worth making: valid paths, addresses, structures.
long argumentOf(const std::string& word, int sock) {
  static sockaddr_in loopback{
      .sin_family = AF_INET, .sin_port = htons(80), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  static iovec piece{buffer, 16};
  static msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  static timespec moment{.tv_sec = 0, .tv_nsec = 1000};
  static pollfd polled{.fd = sock, .events = 0, .revents = 0};
  static void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (word.empty()) return 0;
  if (word[0] != '@') return static_cast<long>(std::strtoull(word.c_str(), nullptr, 0));
  auto at = [](const void* pointer) { return reinterpret_cast<long>(pointer); };
  const std::map<std::string, long> known = {
      {"@passwd", at("/etc/passwd")}, {"@root", at("/")},
      {"@program", at("/bin/true")},  {"@self-mem", at("/proc/self/mem")},
      {"@name", at("mayfly")},        {"@buffer", at(buffer)},
      {"@arguments", at(kArguments)}, {"@loopback", at(&loopback)},
      {"@message", at(&message)},     {"@moment", at(&moment)},
      {"@polled", at(&polled)},       {"@page", at(page)},
      {"@iovec", at(&piece)},         {"@socket", sock},
      {"@self", ::getpid()},          {"@parent", 1},
  };
  auto found = known.find(word);
  if (found == known.end()) ::_exit(97);
  return found->second;
}

long int80([[maybe_unused]] const long* a) {
#if defined(__x86_64__)
  long result = a[0];
  asm volatile("int $0x80"
               : "+a"(result)
               : "b"(a[1]), "c"(a[2]), "d"(a[3]), "S"(a[4])
               : "memory", "r8", "r9", "r10", "r11");
  return result;
#else
  ::_exit(96);
#endif
}

long call(const long* a) {
  long result = ::syscall(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
  return result == -1 ? -errno : result;
}

[[gnu::noinline]] int overflowStack(volatile char* above) {
  volatile char frame[4096];
  frame[0] = above == nullptr ? '\0' : above[0];
  return overflowStack(frame) + frame[0];
}

void fillHeap(Engine& engine) {
  v8::Isolate* isolate = engine.isolate();
  v8::Local<v8::Context> context = v8::Context::New(isolate);
  v8::Context::Scope inside(context);
  v8::Local<v8::Array> keep = v8::Array::New(isolate);
  for (uint32_t i = 0;; ++i) {
    v8::HandleScope scope(isolate);
    keep->Set(context, i, v8::Array::New(isolate, 10'000)).Check();
  }
}

void die(const std::string& kind, Engine& engine) {
  if (kind == "abort") std::abort();
  if (kind == "check") MAYFLY_CHECK(kind.empty());
  if (kind == "terminate") std::terminate();
  if (kind == "segv") *reinterpret_cast<volatile int*>(buffer - buffer) = 1;  // NOLINT
  if (kind == "ill") __builtin_trap();
  if (kind == "stack") overflowStack(nullptr);
  if (kind == "v8-heap") fillHeap(engine);
  if (kind == "v8-fatal") v8::MaybeLocal<v8::Value>().ToLocalChecked();
  if (kind == "new") {
    for (;;) std::memset(new char[8U << 20U], 1, 8U << 20U);
  }
}

void touch(char* at, size_t bytes) {
  for (size_t i = 0; i < bytes; i += 4096) at[i] = 1;
}

// How much of the code range could be written: the call itself may be refused.
void touchCode(Engine& engine, size_t megabytes) {
  void* start = nullptr;
  size_t length = 0;
  engine.isolate()->GetCodeRange(&start, &length);
  auto* from = static_cast<char*>(start);
  auto* end = from + length;
  from = end - std::min(length, megabytes << 20U);
  ::mprotect(from, static_cast<size_t>(end - from), PROT_READ | PROT_WRITE);
  touch(from, static_cast<size_t>(end - from));
}

void touchPageTables(uint64_t count) {
  constexpr size_t kRange = 2U << 20U;
  constexpr size_t kPiece = size_t{1} << 36U;
  for (uint64_t left = count; left > 0;) {
    auto* at = static_cast<volatile char*>(
        ::mmap(nullptr, kPiece, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    if (at == MAP_FAILED) return;
    for (size_t i = 0; i < kPiece && left > 0; i += kRange, --left) [[maybe_unused]]
      char byte = at[i];
  }
}

class Script {
 public:
  Script(Engine& engine, int sock) : engine_(engine), socket_(sock) {}

  void run(const std::string& text) {
    std::istringstream lines(text);
    std::string line;
    std::getline(lines, line);  // "badhost"
    while (std::getline(lines, line)) obey(line);
    if (replied_) return;
    std::string json = "[";
    for (long each : results_) json += (json.size() > 1 ? "," : "") + std::to_string(each);
    reply(json + "]");
  }

 private:
  void reply(const std::string& json) {
    replied_ = true;
    writeAll(socket_, wire::encodeFrame(wire::FrameType::kResult, wire::encodeResult({.defined = true, .json = json})));
  }

  void obey(const std::string& line) {
    std::istringstream words(line);
    std::string order;
    words >> order;
    auto number = [&words] {
      std::string word;
      words >> word;
      return std::strtoull(word.c_str(), nullptr, 0);
    };
    auto text = [&words] {
      std::string word;
      words >> word;
      return word;
    };
    if (order == "syscall" || order == "int80") {
      long arguments[7] = {};
      for (long& each : arguments) each = argumentOf(text(), socket_);
      results_.push_back(order == "syscall" ? call(arguments) : int80(arguments));
    } else if (order == "write") {
      writeAll(socket_, bytesOf(text()));
    } else if (order == "frame") {
      frame(words);
    } else if (order == "flood") {
      auto count = number();
      auto type = static_cast<wire::FrameType>(number());
      std::string bytes = wire::encodeFrame(type, bytesOf(text()));
      for (uint64_t i = 0; count == 0 || i < count; ++i) writeAll(socket_, bytes);
    } else if (order == "result") {
      reply(line.substr(order.size() + 1));
    } else if (order == "die") {
      die(text(), engine_);
    } else if (order == "exit") {
      ::_exit(static_cast<int>(number()));
    } else if (order == "spin") {
      for (volatile uint64_t i = 0;;) i = i + 1;
    } else if (order == "hang") {
      for (;;) ::poll(nullptr, 0, -1);
    } else if (order == "sleep") {
      ::poll(nullptr, 0, static_cast<int>(number()));
    } else if (order == "touch") {
      size_t bytes = number() << 20U;
      void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      results_.push_back(at == MAP_FAILED ? -errno : 0);
      if (at != MAP_FAILED) touch(static_cast<char*>(at), bytes);
    } else if (order == "touch-code") {
      touchCode(engine_, number());
    } else if (order == "page-tables") {
      touchPageTables(number());
    } else if (!order.empty()) {
      ::_exit(95);
    }
  }

  void frame(std::istringstream& words) {
    std::string type;
    std::string hex;
    std::string flags;
    std::string stream;
    std::string length;
    words >> type >> hex >> flags >> stream >> length;
    std::string payload = hex == "-" ? "" : bytesOf(hex);
    wire::FrameHeader header;
    header.type = static_cast<uint16_t>(std::strtoul(type.c_str(), nullptr, 0));
    header.flags = static_cast<uint16_t>(std::strtoul(flags.c_str(), nullptr, 0));
    header.stream = std::strtoull(stream.c_str(), nullptr, 0);
    header.length = length.empty() ? static_cast<uint32_t>(payload.size())
                                   : static_cast<uint32_t>(std::strtoul(length.c_str(), nullptr, 0));
    std::string bytes(wire::kFrameHeaderSize, '\0');
    wire::encodeFrameHeader(header, bytes.data());
    writeAll(socket_, bytes + payload);
  }

  Engine& engine_;
  int socket_;
  std::vector<long> results_;
  bool replied_ = false;
};

void evilBody(Engine& engine, GuestContexts& contexts, DaemonChannel& channel) {
  int sock = socketOfGuest();
  char head[wire::kFrameHeaderSize];
  if (!readAll(sock, head, sizeof head)) ::_exit(94);
  wire::FrameHeader header = wire::decodeFrameHeader(head);
  // Enough for the first module's text to begin: count, name, kind, source.
  std::string payload(std::min<size_t>(header.length, 128), '\0');
  if (!readAll(sock, payload.data(), payload.size())) ::_exit(94);
  if (payload.find("badhost\ndeaf") != std::string::npos) {
    for (;;) ::poll(nullptr, 0, -1);
  }
  size_t begun = payload.size();
  payload.resize(header.length);
  if (!readAll(sock, payload.data() + begun, payload.size() - begun)) ::_exit(94);
  auto job = wire::decodeJob(payload);
  if (!job) ::_exit(93);
  if (job->modules.front().source.starts_with("badhost\n")) {
    Script(engine, sock).run(job->modules.front().source);
  } else {
    mayfly::guest::Program(engine, contexts.job.Get(engine.isolate()), channel, *job).run();
  }
}

}  // namespace

int mayflyMain(int argc, char** argv, char** envp, mayfly::launch::MainFunction original) {
  (void)argc;
  (void)argv;
  (void)envp;
  (void)original;
  mayfly::guest::runZygote(wire::kControlFd, evilBody);
}
