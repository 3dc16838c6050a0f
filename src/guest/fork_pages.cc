// SPDX-License-Identifier: Apache-2.0
#include "guest/fork_pages.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace mayfly::guest {
namespace {

constexpr size_t kLargePage = 2U << 20U;
constexpr size_t kSmallPage = 4096;
constexpr size_t kSmallPerLarge = kLargePage / kSmallPage;

struct Range {
  uintptr_t begin;
  uintptr_t end;
};

uintptr_t roundUp(uintptr_t address) { return (address + kLargePage - 1) / kLargePage * kLargePage; }

// The executable file mappings, each cut to whole large pages.
std::vector<Range> textRanges() {
  std::vector<Range> text;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    Range range{};
    std::array<char, 5> mode{};
    if (std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR " %4s", &range.begin, &range.end, mode.data()) != 3)
      continue;
    if (std::string_view(mode.data()) != "r-xp" || line.find(" /") == std::string::npos) continue;
    range.begin = roundUp(range.begin);
    range.end = range.end / kLargePage * kLargePage;
    if (range.begin < range.end) text.push_back(range);
  }
  return text;
}

// Whether enough of the large page at `address` is in our page table now. proc(5), pagemap: bit 63 is "present".
bool isHot(int pagemap, uintptr_t address) {
  std::array<uint64_t, kSmallPerLarge> entries{};
  auto offset = static_cast<off_t>(address / kSmallPage * sizeof(uint64_t));
  if (::pread(pagemap, entries.data(), sizeof entries, offset) != static_cast<ssize_t>(sizeof entries)) return false;
  size_t present = 0;
  for (uint64_t entry : entries) present += entry >> 63U;
  constexpr size_t kWorthIt = 32;  // two faults' worth
  return present >= kWorthIt;
}

// Bytes of large pages in the mapping that holds `address`. smaps is slow: ask once.
size_t largePageBytes(uintptr_t address) {
  std::ifstream smaps("/proc/self/smaps");
  bool here = false;
  for (std::string line; std::getline(smaps, line);) {
    uintptr_t begin = 0;
    uintptr_t end = 0;
    size_t kilobytes = 0;
    if (std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR " ", &begin, &end) == 2)
      here = begin <= address && address < end;
    if (here && std::sscanf(line.c_str(), "AnonHugePages: %zu kB", &kilobytes) == 1) return kilobytes * 1024;
  }
  return 0;
}

// SAFETY: nothing of the moved text may run meanwhile. This code, libc and the kernel do not lie in it.
size_t moveToLargePages(const std::vector<uintptr_t>& hot) {
  size_t size = hot.size() * kLargePage;
  void* area = ::mmap(nullptr, size + kLargePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (area == MAP_FAILED) return 0;
  uintptr_t aligned = roundUp(reinterpret_cast<uintptr_t>(area));
  ::madvise(reinterpret_cast<void*>(aligned), size, MADV_HUGEPAGE);
  for (size_t i = 0; i < hot.size(); ++i) {
    std::memcpy(reinterpret_cast<void*>(aligned + i * kLargePage), reinterpret_cast<void*>(hot[i]), kLargePage);
  }
  bool ready =
      largePageBytes(aligned) >= size && ::mprotect(reinterpret_cast<void*>(aligned), size, PROT_READ | PROT_EXEC) == 0;
  size_t moved = 0;
  for (size_t i = 0; ready && i < hot.size(); ++i) {
    void* place = reinterpret_cast<void*>(hot[i]);
    if (::mremap(reinterpret_cast<void*>(aligned + i * kLargePage), kLargePage, kLargePage,
                 MREMAP_MAYMOVE | MREMAP_FIXED, place) != MAP_FAILED) {
      moved += kLargePage;
    }
  }
  ::munmap(area, size + kLargePage);
  return moved;
}

}  // namespace

size_t moveHotTextToLargePages(const std::function<void()>& rehearse) {
  // Changing user ids has made /proc/self root's. The seal takes this back (seal::forbidDumps).
  ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  UniqueFd pagemap(::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC));
  if (!pagemap.valid()) return 0;
  std::vector<Range> text = textRanges();
  for (const Range& range : text) {
    ::madvise(reinterpret_cast<void*>(range.begin), range.end - range.begin, MADV_DONTNEED);
  }
  rehearse();
  std::vector<uintptr_t> hot;
  for (const Range& range : text) {
    for (uintptr_t at = range.begin; at < range.end; at += kLargePage) {
      if (isHot(pagemap.get(), at)) hot.push_back(at);
    }
  }
  return hot.empty() ? 0 : moveToLargePages(hot);
}

}  // namespace mayfly::guest
