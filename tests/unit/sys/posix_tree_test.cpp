#include "sys/posix_tree.hpp"

#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <functional>
#include <sstream>

using namespace buildcache;
using namespace buildcache::sys;
using buildcache::sys_test::TemporaryFolder;
using core::ErrorKind;

namespace {

constexpr uid_t kNobody = 65534;

// A mount `root` with `directory/file` in it beside `outside/secret`.
struct Fixture {
  Fixture() {
    for (const char* path : {"root", "root/directory", "outside"}) {
      REQUIRE(::mkdir((folder / path).c_str(), 0755) == 0);
    }
    write("root/directory/file", "inside");
    write("outside/secret", "outside");
    auto opened = open_posix_tree(folder / "root");
    REQUIRE(opened);
    tree = *std::move(opened);
  }

  void write(const std::string& path, std::string_view content) const {
    std::ofstream(folder / path, std::ios::binary) << content;
  }

  [[nodiscard]] std::string content(const std::string& path) const {
    std::ostringstream text;
    text << std::ifstream(folder / path, std::ios::binary).rdbuf();
    return text.str();
  }

  void link(const std::string& target, const std::string& path) const {
    REQUIRE(::symlink(target.c_str(), (folder / path).c_str()) == 0);
  }

  [[nodiscard]] FileStatus status(const std::string& path) const {
    const auto found = tree->status(path);
    REQUIRE(found);
    return *found;
  }

  TemporaryFolder folder;
  std::unique_ptr<Tree> tree;
};

const Attributes kAttributes{0777, 1, 1, {5, 5}, {}};

template <typename T>
bool works(const core::Result<T>& result) {
  return result.has_value();
}

template <typename T>
ErrorKind kind(const core::Result<T>& result) {
  REQUIRE_FALSE(result);
  CHECK_FALSE(result.error().message.empty());
  return result.error().kind;
}

struct Operation {
  const char* name;
  std::function<bool(Tree&, const std::string&)> run;
};

// Everything a Tree can be asked to do with a path.
std::vector<Operation> operations() {
  const auto attributes = [](FileKind of) {
    return [of](Tree& tree, const std::string& path) {
      return works(tree.set_attributes(path, of, kAttributes));
    };
  };
  return {
      {"list", [](Tree& tree, const auto& path) { return works(tree.list(path)); }},
      {"status", [](Tree& tree, const auto& path) { return works(tree.status(path)); }},
      {"read_link", [](Tree& tree, const auto& path) { return works(tree.read_link(path)); }},
      {"xattrs", [](Tree& tree, const auto& path) { return works(tree.xattrs(path)); }},
      {"open", [](Tree& tree, const auto& path) { return works(tree.open(path)); }},
      {"create", [](Tree& tree, const auto& path) { return works(tree.create(path)); }},
      {"reopen", [](Tree& tree, const auto& path) { return works(tree.reopen(path)); }},
      {"make_directory",
       [](Tree& tree, const auto& path) { return works(tree.make_directory(path)); }},
      {"make_symlink",
       [](Tree& tree, const auto& path) { return works(tree.make_symlink("target", path)); }},
      {"hard link to it",
       [](Tree& tree, const auto& path) { return works(tree.make_hard_link(path, "new")); }},
      {"hard link there",
       [](Tree& tree, const auto& path) {
         return works(tree.make_hard_link("directory/file", path));
       }},
      {"attributes of a file", attributes(FileKind::file)},
      {"attributes of a directory", attributes(FileKind::directory)},
      {"attributes of a link", attributes(FileKind::symlink)},
      {"remove_all", [](Tree& tree, const auto& path) { return works(tree.remove_all(path)); }},
  };
}

void refuse_all(Tree& tree, const std::string& path) {
  for (const Operation& operation : operations()) {
    CAPTURE(path);
    CAPTURE(operation.name);
    CHECK_FALSE(operation.run(tree, path));
  }
}

// Does what follows with the rights of a user who owns nothing, where the test has other ones.
class AsNobody {
 public:
  AsNobody() : before_(::getuid() == 0 ? ::setfsuid(kNobody) : -1) {}
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
  ~AsNobody() {
    if (before_ >= 0) {
      ::setfsuid(static_cast<uid_t>(before_));
    }
  }

 private:
  int before_;
};

void give_to_nobody(const std::string& path) {
  REQUIRE((::getuid() != 0 || ::chown(path.c_str(), kNobody, kNobody) == 0));
}

// Few descriptors while it lives.
class FewDescriptors {
 public:
  FewDescriptors() {
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
    const rlimit few{64, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

// Makes `levels` directories, one in the other, each called "d"; paths have no limit that way.
void make_deep(const std::string& at, int levels) {
  int directory = ::open(at.c_str(), O_PATH | O_DIRECTORY);
  for (int i = 0; i < levels; ++i) {
    REQUIRE(::mkdirat(directory, "d", 0755) == 0);
    const int next = ::openat(directory, "d", O_PATH | O_DIRECTORY);
    ::close(directory);
    directory = next;
  }
  ::close(directory);
}

void remove_deep(const std::string& at, int levels) {
  for (int i = 0; i < levels; ++i) {
    // d/d/… becomes d: the inner one is moved up before the outer one goes.
    REQUIRE((::rename((at + "/d").c_str(), (at + "/outer").c_str()) == 0));
    ::rename((at + "/outer/d").c_str(), (at + "/d").c_str());
    REQUIRE((::rmdir((at + "/outer").c_str()) == 0));
  }
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "tree: nothing leads out of it, nor through a link within it") {
  link("../outside", "root/relative");
  link(folder / "outside", "root/absolute");
  link("directory", "root/within");
  link(".", "root/self");
  for (const std::string path : {"relative/secret",
                                 "relative/new",
                                 "absolute/secret",
                                 "absolute/new",
                                 "within/file",
                                 "within/new",
                                 "self/directory/new",
                                 "../outside/secret",
                                 "../outside/new",
                                 "directory/../../outside/new",
                                 "directory/file/../../../outside/secret"}) {
    refuse_all(*tree, path);
  }
  refuse_all(*tree, folder / "outside/secret");
  refuse_all(*tree, folder / "outside/new");
  CHECK(content("outside/secret") == "outside");
  CHECK(content("root/directory/file") == "inside");
  const auto outside = open_posix_tree(folder / "outside");
  REQUIRE(outside);
  CHECK((*outside)->list("")->size() == 1);
  CHECK((*outside)->status("secret")->mode == (status("directory/file").mode));
  CHECK((*outside)->status("secret")->links == 1);
  CHECK(tree->list("directory")->size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "tree: names that are no names") {
  const FileStatus before = status("");
  const auto above = open_posix_tree(folder.path());
  REQUIRE(above);
  const FileStatus outside = (*above)->status("").value();
  for (const std::string path : {"..", "directory/..", "directory/../..", "/", "/new", "/.."}) {
    for (const Operation& operation : operations()) {
      // Of a directory within, reading is harmless.
      const bool reads =
          std::string_view("list status xattrs").find(operation.name) != std::string_view::npos;
      if (path == "directory/.." &&
          (reads || std::string_view(operation.name) == "attributes of a directory")) {
        continue;
      }
      CAPTURE(path);
      CAPTURE(operation.name);
      CHECK_FALSE(operation.run(*tree, path));
    }
  }
  CHECK(status("") == before);
  CHECK((*above)->status("").value() == outside);
  CHECK(tree->list("")->size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "tree: a link that comes last is the link itself, or refused") {
  link("../outside", "root/link");
  link("../outside/secret", "root/file link");
  for (const std::string path : {"link", "file link"}) {
    CAPTURE(path);
    CHECK(status(path).kind == FileKind::symlink);
    CHECK(tree->read_link(path).value().starts_with("../outside"));
    CHECK_FALSE(tree->list(path));
    CHECK_FALSE(tree->xattrs(path));
    CHECK_FALSE(tree->open(path));
    CHECK_FALSE(tree->reopen(path));
    CHECK(kind(tree->create(path)) == ErrorKind::bad_response);
    CHECK(kind(tree->make_directory(path)) == ErrorKind::bad_response);
    CHECK(kind(tree->make_symlink("x", path)) == ErrorKind::bad_response);
    CHECK(kind(tree->make_hard_link("directory/file", path)) == ErrorKind::bad_response);
    CHECK_FALSE(tree->set_attributes(path, FileKind::directory, kAttributes));
    CHECK(tree->make_hard_link(path, "again"));
    CHECK(status("again").kind == FileKind::symlink);
    CHECK(tree->remove_all("again"));
    CHECK(tree->remove_all(path));
    CHECK(kind(tree->status(path)) == ErrorKind::not_found);
  }
  CHECK(content("outside/secret") == "outside");
}

TEST_CASE_FIXTURE(Fixture, "tree: attributes of a link are not those of what it names") {
  link("directory/file", "root/link");
  const FileStatus before = status("directory/file");
  const bool root = ::getuid() == 0;
  const Attributes attributes{
      0, root ? 12U : ::getuid(), root ? 34U : ::getgid(), {-7, 999'999'999}, {}};
  REQUIRE(tree->set_attributes("link", FileKind::symlink, attributes));
  CHECK(status("link").uid == attributes.uid);
  CHECK(status("link").gid == attributes.gid);
  CHECK(status("link").modified == attributes.modified);
  CHECK(status("directory/file") == before);
}

TEST_CASE("tree: magic links lead nowhere") {
  const TemporaryFolder folder;
  const int descriptor = ::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY);
  REQUIRE(descriptor >= 0);
  const auto tree = open_posix_tree("/proc/self");
  REQUIRE(tree);
  const std::string link = "fd/" + std::to_string(descriptor);
  CHECK((*tree)->status(link)->kind == FileKind::symlink);
  for (const std::string& path : {link, std::string("cwd"), std::string("root")}) {
    CAPTURE(path);
    CHECK_FALSE((*tree)->list(path));
    CHECK_FALSE((*tree)->xattrs(path));
    CHECK_FALSE((*tree)->set_attributes(path, FileKind::directory, kAttributes));
    refuse_all(**tree, path + "/buildcache-test");
  }
  CHECK_FALSE((*tree)->open("exe"));
  CHECK(PosixFiles().exists(folder.path()));
  CHECK_FALSE(PosixFiles().exists(folder / "buildcache-test"));
  ::close(descriptor);
}

TEST_CASE_FIXTURE(Fixture, "tree: kinds, in the order of bytes") {
  link("nowhere", "root/b link");
  REQUIRE(::mkfifo((folder / "root/a pipe").c_str(), 0600) == 0);
  write("root/\xff", "");
  write("root/Z", "");
  const auto listed = tree->list("");
  REQUIRE(listed);
  std::string shown;
  for (const auto& [name, one] : *listed) {
    shown += name + "=" + std::to_string(static_cast<int>(one.kind)) + " ";
    CHECK(status(name) == one);
  }
  CHECK(shown == "Z=0 a pipe=3 b link=2 directory=1 \xff=0 ");
  CHECK(status("").kind == FileKind::directory);
  CHECK(status("directory/file").size == 6);
}

TEST_CASE_FIXTURE(Fixture, "tree: errors say what kind they are") {
  const std::string missing = "missing";
  CHECK(kind(tree->list(missing)) == ErrorKind::not_found);
  CHECK(kind(tree->status(missing)) == ErrorKind::not_found);
  CHECK(kind(tree->read_link(missing)) == ErrorKind::not_found);
  CHECK(kind(tree->xattrs(missing)) == ErrorKind::not_found);
  CHECK(kind(tree->open(missing)) == ErrorKind::not_found);
  CHECK(kind(tree->reopen(missing)) == ErrorKind::not_found);
  CHECK(kind(tree->create("missing/x")) == ErrorKind::not_found);
  CHECK(kind(tree->make_directory("missing/x")) == ErrorKind::not_found);
  CHECK(kind(tree->make_symlink("x", "missing/x")) == ErrorKind::not_found);
  CHECK(kind(tree->make_hard_link(missing, "x")) == ErrorKind::not_found);
  CHECK(kind(tree->make_hard_link("directory/file", "missing/x")) == ErrorKind::not_found);
  CHECK(kind(tree->set_attributes(missing, FileKind::symlink, kAttributes)) ==
        ErrorKind::not_found);
  CHECK(kind(tree->set_attributes(missing, FileKind::directory, kAttributes)) ==
        ErrorKind::not_found);
  CHECK(kind(tree->remove_all(missing)) == ErrorKind::not_found);
  CHECK(kind(tree->status("directory/file/x")) == ErrorKind::not_found);
  CHECK(kind(tree->list("directory/file")) == ErrorKind::not_found);
  CHECK(kind(tree->create("directory/file")) == ErrorKind::bad_response);
  CHECK(kind(tree->make_directory("directory")) == ErrorKind::bad_response);
  CHECK(kind(tree->open("directory")) == ErrorKind::bad_response);
  link("directory", "root/link");
  CHECK(kind(tree->open("link")) == ErrorKind::bad_response);
  CHECK(kind(tree->list("link")) == ErrorKind::bad_response);
  CHECK(kind(tree->status("link/file")) == ErrorKind::bad_response);
  CHECK(kind(tree->create("link/new")) == ErrorKind::bad_response);
  CHECK(kind(tree->status(std::string(5000, 'x'))) == ErrorKind::internal);
  CHECK(kind(open_posix_tree(folder / "none")) == ErrorKind::not_found);
  CHECK(kind(open_posix_tree(folder / "outside/secret")) == ErrorKind::not_found);
}

TEST_CASE_FIXTURE(Fixture, "tree: a pipe is neither waited for nor opened") {
  REQUIRE(::mkfifo((folder / "root/pipe").c_str(), 0600) == 0);
  CHECK(kind(tree->open("pipe")) == ErrorKind::bad_response);
  CHECK(kind(tree->reopen("pipe")) == ErrorKind::bad_response);
}

TEST_CASE_FIXTURE(Fixture, "tree: what others own is forbidden") {
  if (::getuid() != 0) {
    return;
  }
  REQUIRE(::chmod((folder / "root/directory/file").c_str(), 0600) == 0);
  const AsNobody nobody;
  CHECK(kind(tree->open("directory/file")) == ErrorKind::forbidden);
  CHECK(kind(tree->create("new")) == ErrorKind::forbidden);
  CHECK(kind(tree->make_directory("new")) == ErrorKind::forbidden);
  CHECK(kind(tree->remove_all("directory/file")) == ErrorKind::forbidden);
  CHECK(kind(tree->set_attributes("directory", FileKind::directory, kAttributes)) ==
        ErrorKind::forbidden);
}

TEST_CASE_FIXTURE(Fixture, "tree: a file's bytes, and its holes") {
  auto file = tree->create("sparse");
  REQUIRE(file);
  CHECK(status("sparse").mode == 0600);
  REQUIRE((*file)->resize(10'000'000));
  CHECK_FALSE((*file)->next_data(0).value());
  REQUIRE((*file)->write_at(5'000'000, "data"));
  const auto data = (*file)->next_data(0);
  REQUIRE((data && *data));
  CHECK((*data)->first > 1'000'000);
  CHECK((*data)->first <= 5'000'000);
  CHECK((*data)->second >= 5'000'004);
  CHECK((*data)->second < 9'000'000);
  CHECK_FALSE((*file)->next_data((*data)->second).value());
  CHECK_FALSE((*file)->next_data(20'000'000).value());
  std::array<char, 8> bytes{};
  CHECK((*file)->read_at(5'000'000, bytes).value() == bytes.size());
  CHECK(std::string_view(bytes.data(), 4) == "data");
  CHECK((*file)->read_at(9'999'998, bytes).value() == 2);
  CHECK((*file)->read_at(10'000'000, bytes).value() == 0);
  CHECK((*file)->status()->size == 10'000'000);
  auto again = tree->reopen("sparse");
  REQUIRE(again);
  REQUIRE((*again)->resize(3));
  CHECK((*file)->status()->size == 3);
  auto reading = tree->open("sparse");
  REQUIRE(reading);
  CHECK_FALSE((*reading)->write_at(0, "x"));
}

TEST_CASE_FIXTURE(Fixture, "tree: attributes, in an order in which none undoes another") {
  const bool root = ::getuid() == 0;
  const std::uint32_t uid = root ? 1234 : ::getuid();
  const std::uint32_t gid = root ? 5678 : ::getgid();
  const Attributes attributes{06755, uid, gid, {-5, 999'999'999}, {}};
  auto file = tree->create("file");
  REQUIRE(file);
  REQUIRE((*file)->set_attributes(attributes));
  REQUIRE(tree->set_attributes("directory", FileKind::directory, attributes));
  for (const std::string path : {"file", "directory"}) {
    CAPTURE(path);
    const FileStatus found = status(path);
    CHECK(found.mode == 06755);
    CHECK(found.uid == uid);
    CHECK(found.gid == gid);
    CHECK(found.modified == attributes.modified);
  }
}

TEST_CASE_FIXTURE(Fixture, "tree: extended attributes of users alone") {
  const std::string path = folder / "root/directory/file";
  if (::setxattr(path.c_str(), "user.b", "1\0", 2, 0) != 0) {
    MESSAGE("this file system has no extended attributes");
    return;
  }
  if (::getuid() == 0) {
    ::setxattr(path.c_str(), "trusted.hidden", "x", 1, 0);
  }
  REQUIRE(::setxattr(path.c_str(), "user.a", "", 0, 0) == 0);
  const Xattrs expected{{"user.a", ""}, {"user.b", std::string("1\0", 2)}};
  CHECK(tree->xattrs("directory/file").value() == expected);
  CHECK(tree->xattrs("directory").value().empty());
  Attributes attributes = kAttributes;
  attributes.uid = ::getuid();
  attributes.gid = ::getgid();
  attributes.xattrs = expected;
  REQUIRE(tree->set_attributes("directory", FileKind::directory, attributes));
  CHECK(tree->xattrs("directory").value() == expected);
  CHECK(status("directory").modified == attributes.modified);
  attributes.xattrs = {{"unknown.name", "x"}};
  CHECK_FALSE(tree->set_attributes("directory", FileKind::directory, attributes));
}

TEST_CASE_FIXTURE(Fixture, "remove_all: a file, a directory, the root's content") {
  write("root/directory/other", "");
  link("../outside", "root/directory/link");
  REQUIRE(::mkfifo((folder / "root/directory/pipe").c_str(), 0600) == 0);
  CHECK(tree->remove_all("directory/other"));
  CHECK(tree->list("directory")->size() == 3);
  CHECK(tree->remove_all("directory"));
  CHECK(tree->list("")->empty());
  write("root/file", "");
  CHECK(tree->remove_all(""));
  CHECK(tree->remove_all(""));
  CHECK(status("").kind == FileKind::directory);
  CHECK(tree->list("")->empty());
  CHECK(content("outside/secret") == "outside");
}

TEST_CASE_FIXTURE(Fixture,
                  "remove_all: read-only directories of one's own, as in Go's module cache") {
  for (const char* path : {"root/modules", "root/modules/a", "root/modules/a/b"}) {
    REQUIRE(::mkdir((folder / path).c_str(), 0755) == 0);
  }
  write("root/modules/a/b/file", "x");
  for (const char* path :
       {"root/modules/a/b/file", "root/modules/a/b", "root/modules/a", "root/modules", "root"}) {
    give_to_nobody(folder / path);
    if (std::string_view(path) != "root") {
      REQUIRE(::chmod((folder / path).c_str(), 0555) == 0);
    }
  }
  const AsNobody nobody;
  CHECK(tree->remove_all("modules"));
  CHECK(kind(tree->status("modules")) == ErrorKind::not_found);
}

TEST_CASE_FIXTURE(Fixture, "remove_all: as deep as paths go, with few descriptors") {
  make_deep(folder / "root", 1900);
  const FewDescriptors few;
  const auto removed = tree->remove_all("");
  CHECK_MESSAGE(removed.has_value(), (removed ? "" : removed.error().message));
  CHECK(tree->list("")->empty());
}

TEST_CASE_FIXTURE(Fixture, "remove_all: deeper than paths go is an error") {
  constexpr int kLevels = 3000;
  make_deep(folder / "root", kLevels);
  CHECK(kind(tree->remove_all("")) == ErrorKind::internal);
  CHECK(tree->status("d"));
  remove_deep(folder / "root", kLevels);
}

TEST_CASE_FIXTURE(Fixture, "settled_status: what is written after it shows in the status") {
  const auto file = tree->reopen("directory/file");
  REQUIRE(file);
  for (int i = 0; i < 20; ++i) {
    REQUIRE((*file)->write_at(0, "before"));
    const auto settled = (*file)->settled_status();
    REQUIRE(settled);
    REQUIRE((*file)->write_at(0, "after!"));
    const auto now = (*file)->status();
    REQUIRE(now);
    CHECK(*now != *settled);
  }
}
