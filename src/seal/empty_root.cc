// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>

#include "base/unique_fd.h"
#include "seal/steps.h"

namespace mayfly::seal {
namespace {

namespace fs = std::filesystem;

Error stepFailed(std::string_view what) { return errnoError("empty root: " + std::string(what), ErrorCode::kSeal); }

// Any folder will do as a mount point: it is covered in our namespace only.
Result<std::string> findMountPoint() {
  for (const char* candidate : {"/tmp", "/proc", "/dev", "/mnt"}) {
    struct stat info{};
    if (::stat(candidate, &info) == 0 && S_ISDIR(info.st_mode)) return std::string(candidate);
  }
  return Error{ErrorCode::kSeal, "empty root: no folder to mount on (/tmp, /proc, /dev, /mnt)"};
}

Result<void> writeFile(const std::string& path, const std::string& bytes) {
  std::error_code failure;
  fs::create_directories(fs::path(path).parent_path(), failure);
  if (failure) return Error{ErrorCode::kSeal, "empty root: " + path + ": " + failure.message()};
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
  if (!file.valid()) return stepFailed(path);
  for (size_t written = 0; written < bytes.size();) {
    ssize_t count = ::write(file.get(), bytes.data() + written, bytes.size() - written);
    if (count <= 0) return stepFailed(path);
    written += static_cast<size_t>(count);
  }
  return {};
}

Result<void> readFile(const fs::path& source, std::string destination, std::vector<RootFile>& files) {
  std::ifstream stream(source, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (!stream) return Error{ErrorCode::kSeal, "reading " + source.string() + " failed"};
  size_t total = bytes.size();
  for (const RootFile& file : files) total += file.bytes.size();
  if (total > kMaxRootBytes) return Error{ErrorCode::kSeal, source.string() + " makes the sealed root too large"};
  files.push_back({std::move(destination), std::move(bytes)});
  return {};
}

// SAFETY: with "." twice the old root lies over the new one and is detached at once; no path leads to it any more.
Result<void> pivot(const std::string& root) {
  if (::chdir(root.c_str()) != 0) return stepFailed("chdir");
  if (::syscall(SYS_pivot_root, ".", ".") != 0) return stepFailed("pivot_root");
  if (::umount2(".", MNT_DETACH) != 0) return stepFailed("umount");
  if (::chdir("/") != 0) return stepFailed("chdir");
  return {};
}

}  // namespace

Result<void> readTree(const std::string& source, const std::string& destination, std::vector<RootFile>& files) {
  std::error_code failure;
  if (fs::is_regular_file(source, failure)) return readFile(source, destination, files);
  for (auto entry = fs::recursive_directory_iterator(source, failure);
       !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
    if (!entry->is_regular_file()) continue;
    std::string inside = destination + "/" + entry->path().lexically_relative(source).string();
    MAYFLY_TRY(readFile(entry->path(), inside, files));
  }
  if (failure) return Error{ErrorCode::kSeal, "reading " + source + ": " + failure.message()};
  return {};
}

Result<void> emptyRoot(const std::vector<RootFile>& files) {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return stepFailed("private mounts");
  auto root = findMountPoint();
  if (!root) return std::move(root).error();
  const char* options = files.empty() ? "size=4k,nr_inodes=2,mode=0555" : "size=64m,nr_inodes=2048,mode=0755";
  if (::mount("mayfly", root->c_str(), "tmpfs", MS_NOSUID | MS_NODEV, options) != 0) return stepFailed("tmpfs");
  for (const RootFile& file : files) MAYFLY_TRY(writeFile(*root + file.path, file.bytes));
  unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV;
  if (files.empty()) flags |= MS_NOEXEC;  // the files may include a native library
  if (::mount(nullptr, root->c_str(), nullptr, flags, nullptr) != 0) return stepFailed("read-only");
  return pivot(*root);
}

}  // namespace mayfly::seal
