// SPDX-License-Identifier: Apache-2.0
#include "launch/takeover.h"

#include <dlfcn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace {

mayfly::launch::MainFunction originalMain = nullptr;

int takenMain(int argc, char** argv, char** envp) {
  ::unsetenv("LD_PRELOAD");
  return mayflyMain(argc, argv, envp, originalMain);
}

using StartMain = int (*)(mayfly::launch::MainFunction, int, char**, void (*)(), void (*)(), void (*)(), void*);

}  // namespace

extern "C" {

// What crt1 calls with the executable's main. glibc's own is the next one in the search order.
__attribute__((visibility("default"))) int __libc_start_main(mayfly::launch::MainFunction main, int argc, char** argv,
                                                             void (*init)(), void (*fini)(), void (*rtldFini)(),
                                                             void* stackEnd) {
  originalMain = main;
  auto next = reinterpret_cast<StartMain>(::dlsym(RTLD_NEXT, "__libc_start_main"));
  if (next == nullptr) std::abort();
  return next(takenMain, argc, argv, init, fini, rtldFini, stackEnd);
}

// V8 marks its heap MADV_DONTFORK. A zygote's children need that heap, so this one advice is dropped.
__attribute__((visibility("default"))) int madvise(void* address, size_t length, int advice) noexcept {
  if (advice == MADV_DONTFORK) return 0;
  return static_cast<int>(::syscall(SYS_madvise, address, length, advice));
}

}  // extern "C"
