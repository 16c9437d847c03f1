#include "git/repository.hpp"

#include "git/commit_object.hpp"
#include "git/handles.hpp"

#include <git2.h>

#include <algorithm>
#include <utility>

namespace buildcache::git {
namespace {

constexpr std::string_view kBranches = "refs/heads/";
constexpr std::string_view kOrigin = "refs/remotes/origin/";

std::string commit_of(const git_reference* reference) {
  Handle<git_object, git_object_free> object;
  if (git_reference_peel(object.out(), reference, GIT_OBJECT_COMMIT) != 0) {
    return {};
  }
  return text_of(git_object_id(object.get()));
}

std::optional<std::string> tip_of(git_repository* repository, const std::string& reference) {
  Handle<git_reference, git_reference_free> found;
  if (git_reference_lookup(found.out(), repository, reference.c_str()) != 0) {
    return std::nullopt;
  }
  std::string commit = commit_of(found.get());
  return commit.empty() ? std::nullopt : std::optional(std::move(commit));
}

std::vector<std::string> remote_names(git_repository* repository) {
  std::vector<std::string> names;
  git_strarray remotes{};
  if (git_remote_list(&remotes, repository) == 0) {
    names.assign(remotes.strings, remotes.strings + remotes.count);
    git_strarray_dispose(&remotes);
    std::sort(names.begin(), names.end());
  }
  return names;
}

std::string without_prefix(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix ? std::string(text.substr(prefix.size()))
                                                 : std::string();
}

// Step by step, to tell a path that is not there from a tree that the clone lacks.
std::optional<std::string> id_below(git_repository* repository,
                                    const git_tree& top,
                                    std::string_view path) {
  const std::size_t slash = path.find('/');
  const std::string name(path.substr(0, slash));
  const std::string_view rest =
      slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  const git_tree_entry* entry = git_tree_entry_byname(&top, name.c_str());
  if (entry == nullptr) {
    return "";
  }
  if (rest.empty()) {
    // A file that became executable is another one.
    return text_of(git_tree_entry_id(entry)) + " " + std::to_string(git_tree_entry_filemode(entry));
  }
  if (git_tree_entry_type(entry) != GIT_OBJECT_TREE) {
    return "";
  }
  Handle<git_tree, git_tree_free> below;
  if (git_tree_lookup(below.out(), repository, git_tree_entry_id(entry)) != 0) {
    return std::nullopt;
  }
  return id_below(repository, *below.get(), rest);
}

}  // namespace

Repository::Repository(git_repository* repository, git_odb* objects)
    : repository_(repository), objects_(objects) {}

Repository::~Repository() {
  git_odb_free(objects_);
  git_repository_free(repository_);
}

std::string Repository::root() const {
  const char* directory = git_repository_workdir(repository_);
  std::string root = directory != nullptr ? directory : git_repository_path(repository_);
  while (root.size() > 1 && root.back() == '/') {
    root.pop_back();
  }
  return root;
}

bool Repository::is_bare() const {
  return git_repository_workdir(repository_) == nullptr;
}

bool Repository::is_shallow() const {
  return git_repository_is_shallow(repository_) == 1;
}

core::Result<Head> Repository::head() const {
  Handle<git_reference, git_reference_free> reference;
  if (git_reference_lookup(reference.out(), repository_, "HEAD") != 0) {
    return tl::unexpected(last_error("read HEAD"));
  }
  Head head;
  if (const char* target = git_reference_symbolic_target(reference.get()); target != nullptr) {
    head.branch = without_prefix(target, kBranches);
  }
  Handle<git_reference, git_reference_free> resolved;
  const int found = git_reference_resolve(resolved.out(), reference.get());
  if (found == GIT_ENOTFOUND) {
    return head;  // unborn
  }
  if (found != 0) {
    return tl::unexpected(last_error("resolve HEAD"));
  }
  head.commit = commit_of(resolved.get());
  if (head.commit.empty()) {
    return tl::unexpected(last_error("read the commit HEAD names"));
  }
  return head;
}

std::optional<std::string> Repository::resolve(const std::string& revision) const {
  Handle<git_object, git_object_free> object;
  Handle<git_object, git_object_free> commit;
  if (git_revparse_single(object.out(), repository_, revision.c_str()) != 0 ||
      git_object_peel(commit.out(), object.get(), GIT_OBJECT_COMMIT) != 0) {
    return std::nullopt;
  }
  return text_of(git_object_id(commit.get()));
}

std::optional<std::string> Repository::branch_tip(const std::string& branch) const {
  if (branch.empty() || branch.find('\0') != std::string::npos) {
    return std::nullopt;
  }
  if (auto tip = tip_of(repository_, std::string(kOrigin) + branch)) {
    return tip;
  }
  for (const std::string& remote : remote_names(repository_)) {
    std::string reference = "refs/remotes/";
    reference.append(remote).append("/").append(branch);
    if (auto tip = tip_of(repository_, reference)) {
      return tip;
    }
  }
  return tip_of(repository_, std::string(kBranches) + branch);
}

std::string Repository::remote_default_branch() const {
  Handle<git_reference, git_reference_free> reference;
  if (git_reference_lookup(reference.out(), repository_, "refs/remotes/origin/HEAD") != 0) {
    return {};
  }
  const char* target = git_reference_symbolic_target(reference.get());
  return target != nullptr ? without_prefix(target, kOrigin) : std::string();
}

std::vector<std::string> Repository::tags_at(const std::string& commit) const {
  std::vector<std::string> tags;
  Handle<git_reference_iterator, git_reference_iterator_free> iterator;
  if (git_reference_iterator_glob_new(iterator.out(), repository_, "refs/tags/*") != 0) {
    return tags;
  }
  while (true) {
    Handle<git_reference, git_reference_free> tag;
    if (git_reference_next(tag.out(), iterator.get()) != 0) {
      break;
    }
    // Packed references carry the commit of an annotated tag; others are looked up.
    const git_oid* peeled = git_reference_target_peel(tag.get());
    const std::string target = peeled != nullptr ? text_of(peeled) : commit_of(tag.get());
    if (target == commit) {
      tags.push_back(without_prefix(git_reference_name(tag.get()), "refs/tags/"));
    }
  }
  std::sort(tags.begin(), tags.end());
  return tags;
}

std::optional<std::string> Repository::entry_id(const std::string& commit,
                                                const std::string& path) const {
  git_oid oid;
  Handle<git_commit, git_commit_free> found;
  Handle<git_tree, git_tree_free> tree;
  if (!is_full_id(commit) || path.find('\0') != std::string::npos ||
      git_oid_fromstr(&oid, commit.c_str()) != 0 ||
      git_commit_lookup(found.out(), repository_, &oid) != 0) {
    return std::nullopt;
  }
  if (git_commit_tree(tree.out(), found.get()) != 0) {
    return std::nullopt;
  }
  return id_below(repository_, *tree.get(), path);
}

std::optional<CommitNode> Repository::read(const std::string& id) {
  git_oid oid;
  if (!is_full_id(id) || git_oid_fromstr(&oid, id.c_str()) != 0) {
    return std::nullopt;
  }
  Handle<git_odb_object, git_odb_object_free> object;
  if (git_odb_read(object.out(), objects_, &oid) != 0 ||
      git_odb_object_type(object.get()) != GIT_OBJECT_COMMIT) {
    return std::nullopt;
  }
  return parse_commit({static_cast<const char*>(git_odb_object_data(object.get())),
                       git_odb_object_size(object.get())});
}

}  // namespace buildcache::git
