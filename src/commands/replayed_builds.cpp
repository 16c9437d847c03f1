#include "commands/replayed_builds.hpp"

#include "ci/past_runs.hpp"
#include "commands/messages.hpp"

#include <cstddef>
#include <utility>

namespace buildcache::commands {
namespace {

constexpr std::size_t kMaxRunsBytes = 64U << 20U;

// The branch walked is the default one: what was merged into it was built for it.
std::vector<plan::ReplayedBuild> replayed_builds(std::vector<git::PastBuild> past,
                                                 const std::string& branch) {
  std::vector<plan::ReplayedBuild> builds;
  std::size_t number = 0;
  for (git::PastBuild& one : past) {
    plan::ReplayedBuild build{std::move(one.facts), {}, false, std::move(one.tree_of)};
    build.ci.default_branch = branch;
    build.ci.event = one.is_change ? ci::Event::pull_request : ci::Event::push;
    if (one.is_change) {
      build.ci.change = ci::Change{};
      build.ci.change->number = std::to_string(++number);
      build.ci.change->base_branch = branch;
    } else {
      build.ci.branch = branch;
    }
    builds.push_back(std::move(build));
  }
  return builds;
}

plan::ReplayedBuild replayed_run(const ci::PastRun& run,
                                 git::PastBuild past,
                                 const std::string& default_branch) {
  plan::ReplayedBuild build{std::move(past.facts), {}, run.failed, std::move(past.tree_of)};
  const std::string& base = run.base_branch.empty() ? default_branch : run.base_branch;
  build.ci.event = run.event;
  build.ci.default_branch = default_branch;
  if (run.event == ci::Event::pull_request) {
    build.ci.change = ci::Change{};
    build.ci.change->number = run.number;
    build.ci.change->head_branch = run.branch;
    build.ci.change->base_branch = base;
    build.ci.change->fork = run.fork;
  } else if (run.event == ci::Event::merge_queue) {
    // The queue's commit is what is checked out.
    build.git.head = std::exchange(build.git.change_head, std::string());
    build.tree_of = build.git.head;
    build.ci.queue_base_branch = base;
    build.ci.queue_base_sha = run.base;
  } else {
    build.ci.branch = run.branch;
  }
  return build;
}

// The runs of a file, as far as the clone has their commits; tells of the others.
core::Result<std::vector<plan::ReplayedBuild>> builds_listed_in(
    const Seams& seams,
    const std::string& file,
    git::Repository& repository,
    const git::PastBuildsRequest& request,
    const std::string& default_branch) {
  const auto text = seams.files.read(file, kMaxRunsBytes);
  if (!text) {
    return tl::unexpected(core::while_doing(text.error(), "read the runs in " + file));
  }
  const auto runs = ci::parse_past_runs(*text, file);
  if (!runs) {
    return tl::unexpected(runs.error());
  }
  std::vector<git::ListedBuild> listed;
  for (const ci::PastRun& run : *runs) {
    listed.push_back({run.commit, run.base});
  }
  auto past = git::listed_builds(repository, listed, request);
  std::vector<plan::ReplayedBuild> builds;
  for (std::size_t i = 0; i < past.size(); ++i) {
    if (past[i]) {
      builds.push_back(replayed_run((*runs)[i], std::move(*past[i]), default_branch));
    }
  }
  if (builds.size() < runs->size()) {
    seams.err(notice_line({core::Severity::notice,
                           "runs left out, as the clone lacks their commits: " +
                               std::to_string(runs->size() - builds.size()) + " of " +
                               std::to_string(runs->size()),
                           "fetch the branches and changes they were of",
                           ""}));
  }
  return builds;
}

void tell_limits(const Seams& seams, const git::PastBuilds& past) {
  const auto notice = [&seams](const std::string& message, const std::string& hint) {
    seams.err(notice_line({core::Severity::notice, message, hint, ""}));
  };
  if (past.without_history > 0) {
    notice("the clone lacks older commits, so the history replayed is short",
           "fetch more with `git fetch --unshallow`");
  }
  if (past.unknown_forks > 0) {
    notice(
        "changes whose fork point the clone does not tell: " + std::to_string(past.unknown_forks),
        "");
  }
}

}  // namespace

core::Result<std::vector<plan::ReplayedBuild>> builds_to_replay(
    const Seams& seams,
    const SimulateOptions& options,
    git::Repository& repository,
    const git::PastBuildsRequest& request,
    const std::string& branch) {
  if (!options.from.empty()) {
    return builds_listed_in(seams, options.from, repository, request, branch);
  }
  git::PastBuilds past = git::past_builds(repository, request);
  tell_limits(seams, past);
  return replayed_builds(std::move(past.builds), branch);
}

}  // namespace buildcache::commands
