// History fetched by the machine's git: commits alone, into a repository of its own.
#pragma once

#include "git/git_settings.hpp"
#include "git/more_history.hpp"
#include "git/repository.hpp"
#include "sys/clock.hpp"
#include "sys/environment.hpp"
#include "sys/files.hpp"
#include "sys/process.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace buildcache::git {

struct FetchSeams {
  sys::ProcessRunner& processes;
  sys::Files& files;
  sys::Clock& clock;
  std::stop_token stop;
};

// Fetches tree-less and shallow (`--filter=tree:0 --depth`) with the address and credentials of the
// clone's remote. The clone itself is only asked for its configuration: a fetch inside it would
// make a full clone shallow, and would leave promisor settings behind (git fetch: partial clones).
// Credentials and the address, which may hold a token, pass through the child's environment alone.
class FetchedHistory final : public MoreHistory {
 public:
  // `environment` is what git sees, but for variables that point it at another repository. `limit`
  // counts from the first call on, for all calls.
  FetchedHistory(FetchSeams seams, sys::Environment environment, std::chrono::milliseconds limit);
  // Removes what was fetched.
  ~FetchedHistory() override;
  FetchedHistory(const FetchedHistory&) = delete;
  FetchedHistory& operator=(const FetchedHistory&) = delete;
  FetchedHistory(FetchedHistory&&) = delete;
  FetchedHistory& operator=(FetchedHistory&&) = delete;

  core::Result<MoreCommits> more(const HistoryWish& wish) override;

 private:
  struct Outcome;

  core::Result<void> prepare(const HistoryWish& wish);
  core::Result<void> read_settings(const std::string& root);
  core::Result<void> make_repository();
  core::Result<void> fetch(const HistoryWish& wish);
  Outcome fetch_once(const HistoryWish& wish);
  core::Result<sys::Exit> run_git(std::vector<std::string> arguments,
                                  const std::string& directory,
                                  sys::RunOptions options);

  FetchSeams seams_;
  sys::Environment environment_;
  std::chrono::milliseconds limit_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  Settings settings_;
  std::string directory_;  // ours; empty before it is made
  std::unique_ptr<Repository> fetched_;
};

}  // namespace buildcache::git
