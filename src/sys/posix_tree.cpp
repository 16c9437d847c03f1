#include "sys/posix_tree.hpp"

#include "core/text.hpp"
#include "sys/posix_tree_file.hpp"
#include "sys/system_error.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

namespace buildcache::sys {

namespace {

using core::Result;

using Listed = std::vector<std::pair<std::string, FileStatus>>;

// A path's directory, open, and its last component.
struct Place {
  FileDescriptor directory;
  std::string name;
};

// A directory on its way to be removed.
struct Emptying {
  std::string path;
  Listed listed;
  std::size_t next = 0;
};

class PosixTree final : public Tree {
 public:
  PosixTree(FileDescriptor root, std::string path)
      : root_(std::move(root)), path_(std::move(path)) {}

  Result<Listed> list(const std::string& directory) override;
  Result<FileStatus> status(const std::string& path) override;
  Result<std::string> read_link(const std::string& path) override;
  Result<Xattrs> xattrs(const std::string& path) override;
  Result<std::unique_ptr<TreeFile>> open(const std::string& path) override;
  Result<std::unique_ptr<TreeFile>> create(const std::string& path) override;
  Result<std::unique_ptr<TreeFile>> reopen(const std::string& path) override;
  Result<void> make_directory(const std::string& path) override;
  Result<void> make_symlink(const std::string& target, const std::string& path) override;
  Result<void> make_hard_link(const std::string& existing, const std::string& path) override;
  Result<void> set_attributes(const std::string& path,
                              FileKind kind,
                              const Attributes& attributes) override;
  Result<void> remove_all(const std::string& path) override;

 private:
  [[nodiscard]] std::string shown(const std::string& path) const {
    return core::printable(path.empty() ? path_ : path_ + "/" + path);
  }

  [[nodiscard]] tl::unexpected<core::Error> failed(const char* doing,
                                                   const std::string& path) const {
    const int error_number = errno;
    core::Error error =
        system_error(std::string("cannot ") + doing + " " + shown(path), error_number);
    if (error_number == EEXIST || error_number == ELOOP) {
      error.kind = core::ErrorKind::bad_response;
    }
    return tl::unexpected<core::Error>(std::move(error));
  }

  [[nodiscard]] int open_beneath(const std::string& path, int flags, unsigned mode) const {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags) | O_CLOEXEC;
    how.mode = mode;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    const char* const name = path.empty() ? "." : path.c_str();
    long descriptor = 0;
    do {
      descriptor = ::syscall(SYS_openat2, root_.get(), name, &how, sizeof how);
    } while (descriptor < 0 && (errno == EINTR || errno == EAGAIN));
    return static_cast<int>(descriptor);
  }

  [[nodiscard]] Result<FileDescriptor> opened(const std::string& path,
                                              int flags,
                                              unsigned mode,
                                              const char* doing) const {
    FileDescriptor descriptor(open_beneath(path, flags, mode));
    if (!descriptor.valid()) {
      return failed(doing, path);
    }
    return descriptor;
  }

  [[nodiscard]] Result<Place> place_of(const std::string& path, const char* doing) const {
    const std::size_t slash = path.rfind('/');
    const std::string parent = slash == std::string::npos ? "" : path.substr(0, slash);
    std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    // The calls that take a place have no RESOLVE_BENEATH for its name.
    if (slash == 0 || name == "." || name == "..") {
      errno = EXDEV;  // as openat2 has it
      return failed(doing, path);
    }
    auto directory = opened(parent, O_PATH | O_DIRECTORY, 0, doing);
    if (!directory) {
      return tl::unexpected(directory.error());
    }
    return Place{std::move(*directory), std::move(name)};
  }

  [[nodiscard]] Result<std::unique_ptr<TreeFile>> file(const std::string& path,
                                                       int flags,
                                                       unsigned mode,
                                                       const char* doing) const {
    auto descriptor = opened(path, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, mode, doing);
    if (!descriptor) {
      return tl::unexpected(descriptor.error());
    }
    return make_posix_tree_file(std::move(*descriptor), shown(path));
  }

  [[nodiscard]] Result<void> unlink(const std::string& path, int flags) const;
  [[nodiscard]] Result<void> begin_emptying(const std::string& path, std::vector<Emptying>& open);

  FileDescriptor root_;
  std::string path_;
};

Result<Listed> PosixTree::list(const std::string& directory) {
  const int descriptor = open_beneath(directory, O_RDONLY | O_DIRECTORY, 0);
  DIR* const stream = descriptor < 0 ? nullptr : ::fdopendir(descriptor);
  if (stream == nullptr) {
    return failed("list", directory);
  }
  const std::unique_ptr<DIR, int (*)(DIR*)> closer(stream, ::closedir);
  Listed found;
  errno = 0;
  // Streams of one's own are read by one thread each (readdir(3)).
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  for (const dirent* entry = ::readdir(stream); entry != nullptr; entry = ::readdir(stream)) {
    const std::string name = static_cast<const char*>(entry->d_name);
    struct stat status {};
    if (name != "." && name != ".." &&
        ::fstatat(descriptor, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
      found.emplace_back(name, file_status(status));
    }
    errno = 0;
  }
  if (errno != 0) {
    return failed("list", directory);
  }
  std::ranges::sort(found, {}, &std::pair<std::string, FileStatus>::first);
  return found;
}

Result<FileStatus> PosixTree::status(const std::string& path) {
  const auto descriptor = opened(path, O_PATH | O_NOFOLLOW, 0, "stat");
  if (!descriptor) {
    return tl::unexpected(descriptor.error());
  }
  struct stat status {};
  if (::fstat(descriptor->get(), &status) != 0) {
    return failed("stat", path);
  }
  return file_status(status);
}

Result<std::string> PosixTree::read_link(const std::string& path) {
  const auto place = place_of(path, "read the link");
  if (!place) {
    return tl::unexpected(place.error());
  }
  std::array<char, PATH_MAX> target{};
  const ssize_t size =
      ::readlinkat(place->directory.get(), place->name.c_str(), target.data(), target.size());
  if (size < 0) {
    return failed("read the link", path);
  }
  return std::string(target.data(), static_cast<std::size_t>(size));
}

Result<Xattrs> PosixTree::xattrs(const std::string& path) {
  const auto descriptor = opened(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0, "open");
  if (!descriptor) {
    return tl::unexpected(descriptor.error());
  }
  auto read = read_xattrs(descriptor->get());
  return read ? Result<Xattrs>(std::move(*read)) : failed("read the attributes of", path);
}

Result<std::unique_ptr<TreeFile>> PosixTree::open(const std::string& path) {
  return file(path, O_RDONLY, 0, "open");
}

Result<std::unique_ptr<TreeFile>> PosixTree::create(const std::string& path) {
  return file(path, O_RDWR | O_CREAT | O_EXCL, 0600, "create");
}

Result<std::unique_ptr<TreeFile>> PosixTree::reopen(const std::string& path) {
  return file(path, O_RDWR, 0, "open");
}

Result<void> PosixTree::make_directory(const std::string& path) {
  const auto place = place_of(path, "create");
  if (!place) {
    return tl::unexpected(place.error());
  }
  if (::mkdirat(place->directory.get(), place->name.c_str(), 0700) != 0) {
    return failed("create", path);
  }
  return {};
}

Result<void> PosixTree::make_symlink(const std::string& target, const std::string& path) {
  const auto place = place_of(path, "create");
  if (!place) {
    return tl::unexpected(place.error());
  }
  if (::symlinkat(target.c_str(), place->directory.get(), place->name.c_str()) != 0) {
    return failed("create", path);
  }
  return {};
}

Result<void> PosixTree::make_hard_link(const std::string& existing, const std::string& path) {
  const auto from = place_of(existing, "link");
  const auto to = place_of(path, "create");
  if (!from || !to) {
    return tl::unexpected(from ? to.error() : from.error());
  }
  if (::linkat(
          from->directory.get(), from->name.c_str(), to->directory.get(), to->name.c_str(), 0) !=
      0) {
    return failed("create", path);
  }
  return {};
}

Result<void> PosixTree::set_attributes(const std::string& path,
                                       FileKind kind,
                                       const Attributes& attributes) {
  if (kind == FileKind::directory) {
    const auto directory = opened(path, O_RDONLY | O_DIRECTORY, 0, "open");
    if (!directory) {
      return tl::unexpected(directory.error());
    }
    return apply_attributes(directory->get(), attributes) ? Result<void>()
                                                          : failed("set the attributes of", path);
  }
  const auto place = place_of(path, "open");
  if (!place) {
    return tl::unexpected(place.error());
  }
  const std::array<timespec, 2> times = times_of(attributes.modified);
  const char* const name = place->name.c_str();
  const int directory = place->directory.get();
  if (::fchownat(directory, name, attributes.uid, attributes.gid, AT_SYMLINK_NOFOLLOW) != 0 ||
      ::utimensat(directory, name, times.data(), AT_SYMLINK_NOFOLLOW) != 0) {
    return failed("set the attributes of", path);
  }
  return {};
}

Result<void> PosixTree::unlink(const std::string& path, int flags) const {
  const auto place = place_of(path, "remove");
  if (!place) {
    return tl::unexpected(place.error());
  }
  if (::unlinkat(place->directory.get(), place->name.c_str(), flags) != 0) {
    return failed("remove", path);
  }
  return {};
}

Result<void> PosixTree::begin_emptying(const std::string& path, std::vector<Emptying>& open) {
  if (!path.empty()) {
    const FileDescriptor directory(open_beneath(path, O_RDONLY | O_DIRECTORY, 0));
    struct stat status {};
    // A read-only directory lets go of nothing; whose it is not, for him the removal will fail.
    if (directory.valid() && ::fstat(directory.get(), &status) == 0 &&
        (status.st_mode & S_IRWXU) != S_IRWXU) {
      static_cast<void>(::fchmod(directory.get(), S_IRWXU));
    }
  }
  auto listed = list(path);
  if (!listed) {
    return tl::unexpected(listed.error());
  }
  open.push_back({path, *std::move(listed)});
  return {};
}

// Neither the stack nor descriptors grow with the tree's depth.
Result<void> PosixTree::remove_all(const std::string& path) {
  std::vector<Emptying> open;
  const auto begin = [&](const std::string& child, FileKind kind) {
    return kind == FileKind::directory ? begin_emptying(child, open) : unlink(child, 0);
  };
  if (const auto place = place_of(path, "remove"); !place) {
    return tl::unexpected(place.error());
  }
  const auto first = status(path);
  Result<void> done = first ? begin(path, first->kind) : tl::unexpected(first.error());
  while (done && !open.empty()) {
    Emptying& directory = open.back();
    if (directory.next < directory.listed.size()) {
      const auto& [name, status] = directory.listed[directory.next++];
      done = begin(directory.path.empty() ? name : directory.path + "/" + name, status.kind);
      continue;
    }
    done = directory.path.empty() ? done : unlink(directory.path, AT_REMOVEDIR);
    open.pop_back();
  }
  return done;
}

}  // namespace

Result<std::unique_ptr<Tree>> open_posix_tree(const std::string& root) {
  FileDescriptor descriptor(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.valid()) {
    return tl::unexpected<core::Error>(system_error("cannot open " + core::printable(root), errno));
  }
  auto tree = std::make_unique<PosixTree>(std::move(descriptor), root);
  if (auto status = tree->status(""); !status) {
    return tl::unexpected(status.error());
  }
  return tree;
}

}  // namespace buildcache::sys
