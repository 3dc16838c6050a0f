// SPDX-License-Identifier: Apache-2.0
// libmayfly-toolhost.so: preloaded into Node; seals the process, then lets Node's own main run the tool host.
//
// Arguments: node SCRIPT SOURCE=DESTINATION... ; each pair names a file or folder that the sealed root needs.
// Descriptor 3 is the control socket until the seal is closed; descriptor 4, the tool host's channel, takes its place.

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "launch/sealed_start.h"
#include "launch/takeover.h"

namespace {

constexpr int kChannelFd = 4;
constexpr uint64_t kMemoryBytes = uint64_t{2} << 30U;

std::vector<mayfly::seal::RootFile> readRoot(int argc, char** argv, mayfly::launch::SealedStart& start) {
  std::vector<mayfly::seal::RootFile> files;
  for (int i = 2; i < argc; ++i) {
    std::string pair = argv[i];
    size_t split = pair.find('=');
    if (split == std::string::npos) start.fail({mayfly::ErrorCode::kSeal, "tool host: malformed argument"});
    auto read = mayfly::seal::readTree(pair.substr(0, split), pair.substr(split + 1), files);
    if (!read) start.fail(read.error());
  }
  return files;
}

}  // namespace

namespace {

// The stripper's native library names these; once they are in the process, the loader asks for no file.
void preloadLibraries() {
  for (const char* name : {"librt.so.1", "libdl.so.2", "libpthread.so.0", "libgcc_s.so.1", "libm.so.6"}) {
    ::dlopen(name, RTLD_NOW | RTLD_GLOBAL);
  }
}

}  // namespace

int mayflyMain(int argc, char** argv, char** envp, mayfly::launch::MainFunction original) {
  namespace seal = mayfly::seal;
  mayfly::launch::SealedStart start(mayfly::wire::kControlFd);
  mayfly::launch::SealPlan plan;
  plan.files = readRoot(argc, argv, start);
  preloadLibraries();
  // A small source can make the stripper ask for gigabytes.
  if (auto limited = seal::limitMemory(kMemoryBytes); !limited) start.fail(limited.error());
  plan.profile = seal::Profile::kToolHost;
  plan.landlock = seal::LandlockFiles::kReadOnly;
  start.enterNamespaces(kChannelFd);
  start.seal(plan);
  start.ready({});
  // The control socket is no longer needed; Node finds its channel under the number that it expects.
  if (::dup3(kChannelFd, mayfly::wire::kControlFd, O_CLOEXEC) < 0) ::_exit(70);
  ::close(kChannelFd);
  return original(2, argv, envp);
}
