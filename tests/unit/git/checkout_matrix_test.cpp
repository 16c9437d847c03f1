// Every way CI checks out, times every event: both facts equal the full graph's, or less is said;
// the clone stays as it was.
#include "forge_history.hpp"
#include "git/fetched_history.hpp"
#include "git/read_facts.hpp"
#include "sys/posix_files.hpp"
#include "sys/posix_process.hpp"
#include "sys/system_clock.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace buildcache::git {
namespace {

using support::run_git;
using support::TempDirectory;
using support::TempRepo;
using test::ForgeHistory;
using Ids = std::vector<std::string>;

constexpr int kLookback = 15;

// What is built: the reference CI checks out, and what it says about it.
struct Event {
  std::string name;
  std::string reference;
  std::function<void(const ForgeHistory&, Request&)> state;
  std::function<std::string(const ForgeHistory&)> tree_base;   // empty: none
  std::function<std::string(const ForgeHistory&)> fork_point;  // empty: none
};

std::string none(const ForgeHistory&) {
  return {};
}
std::string main_tip(const ForgeHistory& forge) {
  return forge.main_tip;
}
std::string fork_point(const ForgeHistory& forge) {
  return forge.fork_point;
}

void of_change(const ForgeHistory& forge, Request& request) {
  request.base_branch = "main";
  request.change_head = forge.change_head;
}

std::vector<Event> events() {
  return {
      {"push to the default branch",
       "refs/heads/main",
       [](const ForgeHistory&, Request& request) {
         request.branch = "main";
         request.wants_bases = false;
       },
       none,
       none},
      {"push to a branch",
       "refs/heads/change",
       [](const ForgeHistory&, Request& request) { request.branch = "change"; },
       fork_point,
       fork_point},
      {"GitHub pull request", "refs/pull/1/merge", of_change, main_tip, fork_point},
      {"GitHub pull request without its head",
       "refs/pull/1/merge",
       [](const ForgeHistory&, Request& request) { request.base_branch = "main"; },
       main_tip,
       fork_point},
      {"pull request built at its head", "refs/heads/change", of_change, fork_point, fork_point},
      {"Jenkins merge of the base into the change",
       "refs/pull/1/jenkins",
       of_change,
       main_tip,
       fork_point},
      {"merge queue",
       "refs/heads/gh-readonly-queue/main/pr-1",
       [](const ForgeHistory& forge, Request& request) {
         request.base_branch = "main";
         request.stated_tree_base = forge.main_tip;
       },
       main_tip,
       fork_point},
      {"tag",
       "refs/tags/v1",
       [](const ForgeHistory&, Request& request) {
         request.wants_bases = false;
         request.wants_head_walk = true;
       },
       none,
       none},
  };
}

// How CI checks out, and what its machine can do afterwards.
struct Checkout {
  std::string name;
  Ids fetch;                 // options of git fetch
  bool all_branches = true;  // or the reference alone
  bool has_remote = true;
  bool has_git = true;
  bool is_worktree = false;
};

std::vector<Checkout> checkouts() {
  return {
      {"full", {}},
      {"full, no tags", {"--no-tags"}},
      {"full, remote gone", {}, true, false},
      {"full, no git", {}, true, true, false},
      {"depth 1", {"--depth=1", "--no-tags"}, false},
      {"depth 20", {"--depth=20", "--no-tags"}, false},
      {"depth 1 of all branches", {"--depth=1"}},
      {"single branch", {"--no-tags"}, false},
      {"blobless", {"--filter=blob:none"}},
      {"treeless", {"--filter=tree:0"}},
      {"worktree of a full clone", {}, true, true, true, true},
      {"depth 1, remote gone", {"--depth=1", "--no-tags"}, false, false},
      {"depth 1, no git", {"--depth=1", "--no-tags"}, false, true, false},
      {"depth 20, remote gone", {"--depth=20", "--no-tags"}, false, false},
  };
}

std::string check_out(const ForgeHistory& forge,
                      const TempDirectory& directory,
                      const Checkout& checkout,
                      const Event& event) {
  TempRepo clone(directory / "clone");
  run_git(directory.path().string(), {"init", "-q", "clone"});
  clone.git({"remote", "add", "origin", "file://" + forge.repo.path()});
  Ids fetch = {"fetch", "-q"};
  fetch.insert(fetch.end(), checkout.fetch.begin(), checkout.fetch.end());
  fetch.insert(fetch.end(), {"origin", "+" + event.reference + ":refs/remotes/built"});
  if (checkout.all_branches) {
    fetch.emplace_back("+refs/heads/*:refs/remotes/origin/*");
  }
  clone.git(fetch);
  std::string work_tree = clone.path();
  if (checkout.is_worktree) {
    work_tree = directory / "worktree";
    clone.git({"worktree", "add", "-q", "--detach", work_tree, "refs/remotes/built"});
  } else {
    clone.git({"checkout", "-q", "--detach", "refs/remotes/built"});
  }
  if (!checkout.has_remote) {
    clone.git({"remote", "set-url", "origin", "file://" + directory.path().string() + "/gone"});
  }
  return work_tree;
}

// Everything of the repository but objects.
std::map<std::string, std::string> state_of(const std::string& clone) {
  std::map<std::string, std::string> state;
  const std::filesystem::path git = clone + "/.git";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(git)) {
    const std::string name = std::filesystem::relative(entry.path(), git).string();
    if (!name.starts_with("objects/") && entry.is_regular_file()) {
      std::ifstream file(entry.path(), std::ios::binary);
      state[name] = std::string(std::istreambuf_iterator<char>(file), {});
    }
  }
  return state;
}

Ids lines_of(const std::string& text) {
  std::istringstream lines(text);
  Ids found;
  for (std::string line; std::getline(lines, line);) {
    found.push_back(line);
  }
  return found;
}

// One cell: reads the facts as `run` does.
class Cell {
 public:
  Cell(const ForgeHistory& forge, const Checkout& checkout, const Event& event)
      : forge_(forge),
        work_tree_(check_out(forge, directory_, checkout, event)),
        scratch_(directory_ / "scratch") {
    std::filesystem::create_directory(scratch_);
    Request request;
    request.directory = work_tree_;
    request.default_branch = "main";
    request.lookback = kLookback;
    event.state(forge, request);
    const auto before = state_of(directory_ / "clone");
    facts_ = read(request, checkout.has_git);
    CHECK(state_of(directory_ / "clone") == before);
    CHECK(std::filesystem::is_empty(scratch_));
  }

  [[nodiscard]] const Facts& facts() const { return facts_; }

  // At most `count` first-parent commits, as the full graph has them.
  [[nodiscard]] Ids true_walk(const std::string& commit, int count) const {
    return lines_of(forge_.repo.ask(
        {"rev-list", "--first-parent", "--max-count=" + std::to_string(count), commit}));
  }

 private:
  [[nodiscard]] Facts read(const Request& request, bool has_git) const {
    sys::PosixProcessRunner processes;
    sys::PosixFiles files;
    sys::SystemClock clock;
    const sys::Environment environment(
        {{"PATH", has_git ? "/usr/local/bin:/usr/bin:/bin" : "/nonexistent"},
         {"HOME", "/nonexistent"},
         {"GIT_CONFIG_NOSYSTEM", "1"},
         {"TMPDIR", scratch_}});
    FetchedHistory history(
        {processes, files, clock, {}}, environment, std::chrono::milliseconds(60'000));
    auto facts = read_facts(request, &history);
    REQUIRE_MESSAGE(facts.has_value(), facts.error().message);
    return *facts;
  }

  const ForgeHistory& forge_;
  TempDirectory directory_;
  std::string work_tree_;
  std::string scratch_;
  Facts facts_;
};

std::string commit_of(const std::optional<BasePoint>& base) {
  return base ? base->commit : std::string();
}

bool says_what_is_missing(const Facts& facts) {
  return facts.more_asked && !facts.more_asked->trouble.empty();
}

void check_cell(const ForgeHistory& forge, const Checkout& checkout, const Event& event) {
  CAPTURE(checkout.name);
  CAPTURE(event.name);
  const Cell cell(forge, checkout, event);
  const Facts& facts = cell.facts();
  const std::string tree_base = event.tree_base(forge);
  const std::string fork_point = event.fork_point(forge);
  if (says_what_is_missing(facts)) {
    // The declared degradation: less than the truth, never something else.
    CHECK_FALSE((checkout.has_remote && checkout.has_git));
    const bool tree_base_is_true = !facts.tree_base || facts.tree_base->commit == tree_base;
    CHECK(tree_base_is_true);
    const bool fork_point_is_true = !facts.fork_point || facts.fork_point->commit == fork_point;
    CHECK(fork_point_is_true);
    return;
  }
  CHECK(commit_of(facts.tree_base) == tree_base);
  CHECK(commit_of(facts.fork_point) == fork_point);
  if (facts.tree_base && facts.fork_point && tree_base == fork_point) {
    CHECK(facts.tree_base->walk == cell.true_walk(tree_base, kLookback));
  }
  if (facts.tree_base && tree_base != fork_point) {
    CHECK(facts.tree_base->walk ==
          cell.true_walk(tree_base, static_cast<int>(facts.tree_base->walk.size())));
    CHECK(facts.tree_base->walk.size() + facts.fork_point->walk.size() == kLookback);
  }
}

TEST_CASE("checkouts and events: both facts are those of the full graph, or less is said") {
  const ForgeHistory forge;
  REQUIRE(forge.repo.ask({"merge-base", "--all", "change", "main"}) == forge.fork_point);
  for (const Checkout& checkout : checkouts()) {
    for (const Event& event : events()) {
      check_cell(forge, checkout, event);
    }
  }
}

TEST_CASE("checkouts: what a depth-1 clone needs is fetched, the rest is not") {
  const ForgeHistory forge;
  const Checkout shallow{"depth 1", {"--depth=1", "--no-tags"}, false};
  const Checkout full{"full", {}};
  const std::vector<Event> all = events();
  const Cell pull_request(forge, shallow, all[2]);
  REQUIRE(pull_request.facts().more_asked.has_value());
  CHECK(pull_request.facts().more_asked->depth == 200);
  CHECK(pull_request.facts().tree_base->source == "merge parents");
  CHECK(pull_request.facts().fork_point->source == "fetched history");
  const Cell tag(forge, shallow, all[7]);
  CHECK(tag.facts().head_walk == [&] {
    Ids walk = tag.true_walk(forge.tagged, kLookback + 1);
    walk.erase(walk.begin());
    return walk;
  }());
  CHECK_FALSE(Cell(forge, shallow, all[0]).facts().more_asked.has_value());
  CHECK_FALSE(Cell(forge, full, all[2]).facts().more_asked.has_value());
}

TEST_CASE("checkouts: what 200 commits do not show is fetched in a second step") {
  ForgeHistory forge;
  std::ostringstream stream;
  for (int i = 1; i <= 250; ++i) {
    stream << "commit refs/heads/main\ncommitter T <t@e> " << 1'800'000'000 + i
           << " +0000\ndata 0\n"
           << (i == 1 ? "from refs/heads/main^0\n" : "") << "\n";
  }
  run_git(forge.repo.path(), {"fast-import", "--quiet"}, stream.str());
  const Cell cell(forge, {"depth 1", {"--depth=1", "--no-tags"}, false}, events()[1]);
  REQUIRE(cell.facts().more_asked.has_value());
  CHECK(cell.facts().more_asked->depth == 2'000);
  CHECK(cell.facts().more_asked->trouble.empty());
  CHECK(commit_of(cell.facts().fork_point) == forge.fork_point);
}

TEST_CASE("checkouts: a remote that would send files too is left alone") {
  ForgeHistory forge;
  forge.repo.git({"config", "uploadpack.allowFilter", "false"});
  const Cell cell(forge, {"depth 1", {"--depth=1", "--no-tags"}, false}, events()[1]);
  REQUIRE(cell.facts().more_asked.has_value());
  CHECK(cell.facts().more_asked->trouble.find("uploadpack.allowFilter") != std::string::npos);
  CHECK_FALSE(cell.facts().tree_base.has_value());
  REQUIRE(cell.facts().notices.size() == 1);
  CHECK(cell.facts().notices.front().message.find("uploadpack.allowFilter") != std::string::npos);
}

}  // namespace
}  // namespace buildcache::git
