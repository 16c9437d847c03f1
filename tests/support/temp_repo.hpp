// Real git repositories in temporary directories, made by the real `git`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::support {

// A directory that is removed with this object.
class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string operator/(std::string_view name) const {
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

// Runs `git` in `directory`, without the machine's configuration; returns its standard output
// without the last newline. Throws std::runtime_error with git's words when it fails.
std::string run_git(const std::string& directory,
                    const std::vector<std::string>& arguments,
                    const std::string& input = {});

void write_file(const std::string& path, std::string_view content);

// One repository with a work tree. Its clock starts in 2023 and ticks a minute a commit.
class TempRepo {
 public:
  TempRepo();                                // an empty repository on branch main
  explicit TempRepo(std::string directory);  // one that exists, somebody else's to remove

  [[nodiscard]] const std::string& path() const { return path_; }

  // Runs git in the work tree; the second returns what it printed.
  void git(const std::vector<std::string>& arguments) const { run_git(path_, arguments); }
  [[nodiscard]] std::string ask(const std::vector<std::string>& arguments) const {
    return run_git(path_, arguments);
  }

  // Writes a file below the work tree.
  void write(const std::string& name, std::string_view content) const;

  // Commits a change of a file called `name` and returns the commit's id.
  std::string commit(const std::string& name);

  // Merges commits or branches into HEAD, never fast-forward, and returns the merge's id.
  std::string merge(const std::vector<std::string>& others);

  [[nodiscard]] std::string id(const std::string& revision) const {
    return ask({"rev-parse", revision});
  }

 private:
  std::string commit_staged(const std::vector<std::string>& arguments);

  TempDirectory directory_;
  std::string path_;
  std::int64_t time_ = 1'700'000'000;
};

}  // namespace buildcache::support
