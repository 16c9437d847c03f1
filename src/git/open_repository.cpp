#include "core/text.hpp"
#include "git/handles.hpp"
#include "git/repository.hpp"

#include <git2.h>

#include <array>
#include <memory>
#include <string>

namespace buildcache::git {
namespace {

// Settings of the whole process, made once.
void prepare_library() {
  static const bool kPrepared = [] {
    git_libgit2_init();
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
    git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
    for (const int level : {GIT_CONFIG_LEVEL_SYSTEM,
                            GIT_CONFIG_LEVEL_GLOBAL,
                            GIT_CONFIG_LEVEL_XDG,
                            GIT_CONFIG_LEVEL_PROGRAMDATA}) {
      git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    }
    // Formats that change nothing about reading: missing objects are expected everywhere here.
    std::array<const char*, 2> extensions{"partialclone", "relativeworktrees"};
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions.data(), extensions.size());
    return true;
  }();
  static_cast<void>(kPrepared);
}

// Whether the repository libgit2 could not open names its objects by SHA-256.
bool uses_sha256(const std::string& directory) {
  git_buf found{};
  if (git_repository_discover(&found, directory.c_str(), 1, nullptr) != 0) {
    return false;
  }
  const std::string file = std::string(found.ptr, found.size) + "config";
  git_buf_dispose(&found);
  Handle<git_config, git_config_free> config;
  if (git_config_open_ondisk(config.out(), file.c_str()) != 0) {
    return false;
  }
  git_buf format{};
  const bool is_set =
      git_config_get_string_buf(&format, config.get(), "extensions.objectformat") == 0;
  const bool is_sha256 = is_set && std::string_view(format.ptr, format.size) == "sha256";
  git_buf_dispose(&format);
  return is_sha256;
}

core::Error open_error(const std::string& directory) {
  core::Error error = last_error("open the git repository");
  if (uses_sha256(directory)) {
    error.message =
        "the git repository names its objects by SHA-256, which is not supported; only SHA-1 is";
  }
  error.hint = "check with `git status` in " + core::printable(directory);
  return error;
}

}  // namespace

core::Result<std::unique_ptr<Repository>> Repository::open(const std::string& directory) {
  prepare_library();
  Handle<git_repository, git_repository_free> repository;
  const int opened = git_repository_open_ext(
      repository.out(), directory.c_str(), GIT_REPOSITORY_OPEN_CROSS_FS, nullptr);
  if (opened == GIT_ENOTFOUND) {
    return nullptr;
  }
  if (opened != 0) {
    return tl::unexpected(open_error(directory));
  }
  git_odb* objects = nullptr;
  if (git_repository_odb(&objects, repository.get()) != 0) {
    return tl::unexpected(last_error("open the git repository's objects"));
  }
  return std::unique_ptr<Repository>(new Repository(repository.release(), objects));
}

}  // namespace buildcache::git
