// A git repository on disk, read through libgit2. Never writes.
#pragma once

#include "core/result.hpp"
#include "git/graph.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct git_repository;
struct git_odb;

namespace buildcache::git {

struct Head {
  std::string commit;  // empty on an unborn branch
  std::string branch;  // empty when detached
};

// Not thread-safe. Ids are full lower-case hexadecimal.
class Repository final : public CommitSource {
 public:
  // Searches `directory` and its parents, across file systems. Who owns the files does not matter:
  // nothing in a repository is run. Only the repository's own configuration is read, so that the
  // facts do not depend on the machine; partial clones are read as far as their objects are there.
  // Returns nullptr when there is no repository.
  // Errors: facts (unreadable, broken, or of a format this program does not know).
  static core::Result<std::unique_ptr<Repository>> open(const std::string& directory);

  ~Repository() override;
  Repository(const Repository&) = delete;
  Repository& operator=(const Repository&) = delete;
  Repository(Repository&&) = delete;
  Repository& operator=(Repository&&) = delete;

  // Returns the work tree's top directory, of a bare repository its own, without final slash.
  [[nodiscard]] std::string root() const;
  [[nodiscard]] bool is_bare() const;
  [[nodiscard]] bool is_shallow() const;

  // Errors: facts (HEAD is damaged, or names an object that is missing or no commit).
  [[nodiscard]] core::Result<Head> head() const;

  // Returns the commit a revision ("main", "v1.2", an id or its beginning) names; nullopt when
  // none.
  [[nodiscard]] std::optional<std::string> resolve(const std::string& revision) const;

  // Returns the commit at the tip of `branch`: of origin's, else another remote's, else the local
  // branch of that name. The name may be hostile.
  [[nodiscard]] std::optional<std::string> branch_tip(const std::string& branch) const;

  // Returns the branch origin/HEAD points at, empty when the clone does not know.
  [[nodiscard]] std::string remote_default_branch() const;

  // Returns the names of the tags that point at `commit`, sorted.
  [[nodiscard]] std::vector<std::string> tags_at(const std::string& commit) const;

  // Returns id and mode of what stands at `path`, a file or a folder from the top directory, in the
  // commit's tree, as one word to compare: equal ones hold the same. Empty when nothing stands
  // there; nullopt when the clone lacks the commit or a tree on the way. The path may be hostile.
  [[nodiscard]] std::optional<std::string> entry_id(const std::string& commit,
                                                    const std::string& path) const;

  // Whether the work tree differs from `commit`: tracked files, or untracked ones that are not
  // ignored. Ends at the first difference. Files behind an external filter (git-lfs) are compared
  // by git's own stat data alone. Errors: facts (index or tree unreadable).
  [[nodiscard]] core::Result<bool> is_dirty(const std::string& commit) const;

  // Reads the commit object itself, so that a shallow clone's last commits keep their parents.
  std::optional<CommitNode> read(const std::string& id) override;

 private:
  Repository(git_repository* repository, git_odb* objects);

  git_repository* repository_;
  git_odb* objects_;
};

}  // namespace buildcache::git
