#include "sys/posix_tree_file.hpp"

#include "sys/system_error.hpp"

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <utility>

namespace buildcache::sys {

namespace {

using core::Result;

constexpr int kMostWaits = 15;
constexpr timespec kWait{0, 2'000'000};

// Changes get the time of the kernel's last tick, and all of one tick the same.
bool is_of_this_tick(const FileTime& changed) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  const bool later = std::pair(changed.seconds, std::int64_t{changed.nanoseconds}) >=
                     std::pair(std::int64_t{now.tv_sec}, std::int64_t{now.tv_nsec});
  return later && changed.seconds <= now.tv_sec + 1;
}

class PosixTreeFile final : public TreeFile {
 public:
  PosixTreeFile(FileDescriptor descriptor, std::string shown)
      : descriptor_(std::move(descriptor)), shown_(std::move(shown)) {}

  [[nodiscard]] const std::string& shown() const { return shown_; }

  Result<FileStatus> status() override {
    struct stat status {};
    if (::fstat(descriptor_.get(), &status) != 0) {
      return failed("stat");
    }
    return file_status(status);
  }

  Result<FileStatus> settled_status() override {
    auto found = status();
    for (int waits = 0; found && is_of_this_tick(found->changed) && waits < kMostWaits; ++waits) {
      ::nanosleep(&kWait, nullptr);
      found = status();
    }
    return found;
  }

  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      const ssize_t size = ::pread(descriptor_.get(),
                                   into.data() + done,
                                   into.size() - done,
                                   static_cast<off_t>(offset + done));
      if (size < 0 && errno != EINTR) {
        return failed("read");
      }
      if (size == 0) {
        break;
      }
      done += size > 0 ? static_cast<std::size_t>(size) : 0;
    }
    return done;
  }

  Result<std::optional<std::pair<std::uint64_t, std::uint64_t>>> next_data(
      std::uint64_t offset) override {
    const off_t begin = ::lseek(descriptor_.get(), static_cast<off_t>(offset), SEEK_DATA);
    if (begin < 0) {
      if (errno == ENXIO) {
        return std::nullopt;
      }
      return failed("seek in");
    }
    const off_t end = ::lseek(descriptor_.get(), begin, SEEK_HOLE);
    if (end < 0) {
      return failed("seek in");
    }
    return std::pair{static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(end)};
  }

  Result<void> write_at(std::uint64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t size =
          ::pwrite(descriptor_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (size < 0 && errno != EINTR) {
        return failed("write");
      }
      if (size > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(size));
        offset += static_cast<std::uint64_t>(size);
      }
    }
    return {};
  }

  Result<void> resize(std::uint64_t size) override {
    return ::ftruncate(descriptor_.get(), static_cast<off_t>(size)) == 0 ? Result<void>()
                                                                         : failed("resize");
  }

  Result<void> set_attributes(const Attributes& attributes) override {
    return apply_attributes(descriptor_.get(), attributes) ? Result<void>()
                                                           : failed("set the attributes of");
  }

 private:
  [[nodiscard]] tl::unexpected<core::Error> failed(const char* doing) const {
    return tl::unexpected<core::Error>(
        system_error(std::string("cannot ") + doing + " " + shown_, errno));
  }

  FileDescriptor descriptor_;
  std::string shown_;
};

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) {
    return FileKind::file;
  }
  if (S_ISDIR(mode)) {
    return FileKind::directory;
  }
  return S_ISLNK(mode) ? FileKind::symlink : FileKind::other;
}

FileTime time_of(const timespec& time) {
  return {time.tv_sec, static_cast<std::uint32_t>(time.tv_nsec)};
}

bool no_attributes_here() {
  return errno == ENOTSUP || errno == ENOSYS;
}

}  // namespace

Result<std::unique_ptr<TreeFile>> make_posix_tree_file(FileDescriptor descriptor,
                                                       std::string shown) {
  auto file = std::make_unique<PosixTreeFile>(std::move(descriptor), std::move(shown));
  const auto status = file->status();
  if (!status) {
    return tl::unexpected(status.error());
  }
  if (status->kind != FileKind::file) {
    return core::fail(core::ErrorKind::bad_response, file->shown() + " is not a regular file");
  }
  return file;
}

FileStatus file_status(const struct stat& status) {
  FileStatus result;
  result.kind = kind_of(status.st_mode);
  result.mode = status.st_mode & 07777U;
  result.uid = status.st_uid;
  result.gid = status.st_gid;
  result.size = static_cast<std::uint64_t>(status.st_size);
  result.modified = time_of(status.st_mtim);
  result.changed = time_of(status.st_ctim);
  result.device = status.st_dev;
  result.inode = status.st_ino;
  result.links = status.st_nlink;
  return result;
}

std::array<timespec, 2> times_of(const FileTime& modified) {
  return {timespec{0, UTIME_OMIT},
          timespec{modified.seconds, static_cast<long>(modified.nanoseconds)}};
}

std::optional<Xattrs> read_xattrs(int descriptor) {
  ssize_t size = ::flistxattr(descriptor, nullptr, 0);
  if (size <= 0) {  // as nearly always
    return size == 0 || no_attributes_here() ? std::optional(Xattrs{}) : std::nullopt;
  }
  std::string names(65536, '\0');  // the kernel's own limit, XATTR_LIST_MAX
  size = ::flistxattr(descriptor, names.data(), names.size());
  if (size < 0) {
    return std::nullopt;
  }
  names.resize(static_cast<std::size_t>(size));
  Xattrs found;
  std::string value(65536, '\0');  // XATTR_SIZE_MAX
  for (std::size_t at = 0; at < names.size();) {
    const std::string name = names.c_str() + at;
    at += name.size() + 1;
    if (!name.starts_with("user.")) {
      continue;
    }
    const ssize_t length = ::fgetxattr(descriptor, name.c_str(), value.data(), value.size());
    if (length < 0) {
      return std::nullopt;
    }
    found.emplace_back(name, value.substr(0, static_cast<std::size_t>(length)));
  }
  std::ranges::sort(found);
  return found;
}

bool apply_attributes(int descriptor, const Attributes& attributes) {
  if (::fchown(descriptor, attributes.uid, attributes.gid) != 0 ||
      ::fchmod(descriptor, attributes.mode) != 0) {
    return false;
  }
  for (const auto& [name, value] : attributes.xattrs) {
    if (::fsetxattr(descriptor, name.c_str(), value.data(), value.size(), 0) != 0) {
      return false;
    }
  }
  const std::array<timespec, 2> times = times_of(attributes.modified);
  return ::futimens(descriptor, times.data()) == 0;
}

}  // namespace buildcache::sys
