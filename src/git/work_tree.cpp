// Whether a work tree differs from a commit.
#include "git/handles.hpp"
#include "git/repository.hpp"

#include <git2.h>

#include <string>

namespace buildcache::git {
namespace {

constexpr int kSkip = 1;   // libgit2: leave this difference out
constexpr int kStop = -1;  // libgit2: end the comparison

struct Search {
  git_repository* repository = nullptr;
  git_index* index = nullptr;
  bool found = false;
};

// git-lfs and the like: what is on disk is not what is in the repository, by intent.
bool has_external_filter(git_repository* repository, const char* path) {
  const char* value = nullptr;
  if (git_attr_get(&value, repository, 0, path, "filter") != 0) {
    return false;
  }
  return git_attr_value(value) == GIT_ATTR_VALUE_STRING;
}

// Files outside of a sparse checkout are in the index and not on disk.
bool is_left_out(git_index* index, const char* path) {
  const git_index_entry* entry = git_index_get_bypath(index, path, 0);
  return entry != nullptr && (entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
}

int on_staged(const git_diff* /*diff*/,
              const git_diff_delta* /*delta*/,
              const char* /*pathspec*/,
              void* payload) {
  static_cast<Search*>(payload)->found = true;
  return kStop;
}

int on_unstaged(const git_diff* /*diff*/,
                const git_diff_delta* delta,
                const char* /*pathspec*/,
                void* payload) {
  Search& search = *static_cast<Search*>(payload);
  const char* path = delta->old_file.path;
  if (delta->status == GIT_DELTA_DELETED && is_left_out(search.index, path)) {
    return kSkip;
  }
  if (delta->status == GIT_DELTA_MODIFIED && has_external_filter(search.repository, path)) {
    return kSkip;
  }
  search.found = true;
  return kStop;
}

}  // namespace

core::Result<bool> Repository::is_dirty(const std::string& commit) const {
  git_oid id;
  Handle<git_object, git_object_free> object;
  Handle<git_object, git_object_free> tree;
  Handle<git_index, git_index_free> index;
  if (git_oid_fromstr(&id, commit.c_str()) != 0 ||
      git_object_lookup(object.out(), repository_, &id, GIT_OBJECT_COMMIT) != 0 ||
      git_object_peel(tree.out(), object.get(), GIT_OBJECT_TREE) != 0 ||
      git_repository_index(index.out(), repository_) != 0) {
    return tl::unexpected(last_error("compare the work tree with its commit"));
  }
  Search search{repository_, index.get(), false};
  git_diff_options options = GIT_DIFF_OPTIONS_INIT;
  options.payload = &search;
  options.notify_cb = on_staged;
  Handle<git_diff, git_diff_free> staged;
  int result = git_diff_tree_to_index(
      staged.out(), repository_, reinterpret_cast<git_tree*>(tree.get()), index.get(), &options);
  if (result == 0) {
    options.notify_cb = on_unstaged;
    options.flags |= GIT_DIFF_INCLUDE_UNTRACKED;
    Handle<git_diff, git_diff_free> unstaged;
    result = git_diff_index_to_workdir(unstaged.out(), repository_, index.get(), &options);
  }
  if (result != 0 && !search.found) {
    return tl::unexpected(last_error("compare the work tree with its commit"));
  }
  return search.found;
}

}  // namespace buildcache::git
