#include "sys/posix_files.hpp"

#include "core/text.hpp"
#include "sys/file_descriptor.hpp"
#include "sys/system_error.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>

namespace buildcache::sys {

namespace {

using core::ErrorKind;

tl::unexpected<core::Error> failed(std::string_view doing, const std::string& path) {
  return tl::unexpected<core::Error>(
      system_error("cannot " + std::string(doing) + " " + core::printable(path), errno));
}

tl::unexpected<core::Error> not_regular(std::string_view doing, const std::string& path) {
  return core::fail(
      ErrorKind::bad_response,
      "cannot " + std::string(doing) + " " + core::printable(path) + ": it is not a regular file");
}

// Calls a system call again for as long as signals interrupt it.
template <typename Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) {
    result = call();
  }
  return result;
}

std::optional<struct stat> status_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return std::nullopt;
  }
  return status;
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) {
    return ".";
  }
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Returns what a chain of symbolic links ends in, which need not exist.
core::Result<std::string> without_links(std::string path) {
  static constexpr int kMostLinks = 40;  // as Linux itself allows
  for (int i = 0; i < kMostLinks; ++i) {
    std::array<char, PATH_MAX> target{};
    const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
    if (size < 0) {
      return path;
    }
    const std::string_view text(target.data(), static_cast<std::size_t>(size));
    path = text.starts_with('/') ? std::string(text) : directory_of(path) + "/" + std::string(text);
  }
  errno = ELOOP;
  return failed("write", path);
}

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written =
        uninterrupted([&] { return ::write(descriptor, content.data(), content.size()); });
    if (written < 0) {
      return false;
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Makes a rename in `directory` survive a power failure; some file systems cannot, which is no
// error.
void sync_directory(const std::string& directory) {
  const FileDescriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.valid()) {
    ::fsync(opened.get());
  }
}

bool make_directory(const std::string& path, unsigned mode) {
  if (::mkdir(path.c_str(), mode) == 0) {
    return ::chmod(path.c_str(), mode) == 0;  // the umask may have taken bits away
  }
  const int error_number = errno;
  const std::optional<struct stat> status = status_of(path);
  errno = error_number;
  return status && S_ISDIR(status->st_mode);
}

}  // namespace

core::Result<std::string> PosixFiles::read(const std::string& path, std::size_t limit) {
  const std::optional<struct stat> before = status_of(path);
  if (!before) {
    return failed("read", path);
  }
  if (!S_ISREG(before->st_mode)) {
    return not_regular("read", path);
  }
  // O_NONBLOCK: should the file have become a pipe meanwhile, opening it must not hang.
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.valid()) {
    return failed("read", path);
  }
  std::string content;
  std::array<char, 65536> piece{};
  while (content.size() <= limit) {
    const ssize_t size =
        uninterrupted([&] { return ::read(file.get(), piece.data(), piece.size()); });
    if (size < 0) {
      return failed("read", path);
    }
    if (size == 0) {
      return content;
    }
    content.append(piece.data(), static_cast<std::size_t>(size));
  }
  return core::fail(ErrorKind::bad_response,
                    core::printable(path) + " is larger than " + core::human_size(limit));
}

core::Result<void> PosixFiles::write(const std::string& path,
                                     std::string_view content,
                                     unsigned mode) {
  const core::Result<std::string> target = without_links(path);
  if (!target) {
    return tl::unexpected<core::Error>(target.error());
  }
  const std::optional<struct stat> old = status_of(*target);
  if (old && !S_ISREG(old->st_mode)) {
    return not_regular("write", path);
  }
  std::string temporary = directory_of(*target) + "/.buildcache-XXXXXX";
  FileDescriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file.valid()) {
    return failed("write", path);
  }
  const bool written = ::fchmod(file.get(), mode) == 0 && write_all(file.get(), content) &&
                       ::fsync(file.get()) == 0 &&
                       std::rename(temporary.c_str(), target->c_str()) == 0;
  if (!written) {
    const int error_number = errno;
    ::unlink(temporary.c_str());
    errno = error_number;
    return failed("write", path);
  }
  sync_directory(directory_of(*target));
  return {};
}

core::Result<void> PosixFiles::append(const std::string& path, std::string_view content) {
  const FileDescriptor file(::open(
      path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0644));
  if (!file.valid()) {
    return failed("append to", path);
  }
  const ssize_t written =
      uninterrupted([&] { return ::write(file.get(), content.data(), content.size()); });
  if (written < 0) {
    return failed("append to", path);
  }
  if (static_cast<std::size_t>(written) != content.size()) {
    errno = ENOSPC;
    return failed("append to", path);
  }
  return {};
}

bool PosixFiles::exists(const std::string& path) {
  return status_of(path).has_value();
}

bool PosixFiles::is_directory(const std::string& path) {
  const std::optional<struct stat> status = status_of(path);
  return status && S_ISDIR(status->st_mode);
}

core::Result<std::vector<std::string>> PosixFiles::list(const std::string& directory) {
  std::error_code error;
  std::vector<std::string> names;
  std::filesystem::directory_iterator entry(directory, error);
  while (!error && entry != std::filesystem::directory_iterator()) {
    names.push_back(entry->path().filename().string());
    entry.increment(error);
  }
  if (error) {
    errno = error.value();
    return failed("list", directory);
  }
  std::ranges::sort(names);
  return names;
}

core::Result<void> PosixFiles::make_directories(const std::string& path, unsigned mode) {
  std::size_t end = 0;
  while (end != std::string::npos) {
    end = path.find('/', end + 1);
    const std::string parent = path.substr(0, end);
    if (!make_directory(parent, mode)) {
      return failed("create directory", parent);
    }
  }
  return {};
}

core::Result<std::string> PosixFiles::make_temporary_directory(const std::string& parent,
                                                               std::string_view prefix) {
  std::string path = parent + "/" + std::string(prefix) + "XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) {
    return failed("create a directory in", parent);
  }
  return path;
}

core::Result<void> PosixFiles::make_symlink(const std::string& target, const std::string& path) {
  if (::symlink(target.c_str(), path.c_str()) != 0) {
    return failed("create symbolic link", path);
  }
  return {};
}

core::Result<void> PosixFiles::remove_all(const std::string& path) {
  // With a trailing slash the target of a symbolic link would be meant.
  const std::size_t last = path.find_last_not_of('/');
  if (last == std::string::npos) {
    errno = EINVAL;
    return failed("remove", path);
  }
  std::error_code error;
  std::filesystem::remove_all(path.substr(0, last + 1), error);
  if (error) {
    errno = error.value();
    return failed("remove", path);
  }
  return {};
}

}  // namespace buildcache::sys
