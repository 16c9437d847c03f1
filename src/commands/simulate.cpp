#include "commands/simulate.hpp"

#include "ci/read_facts.hpp"
#include "commands/messages.hpp"
#include "commands/prepare.hpp"
#include "core/text.hpp"
#include "git/past_builds.hpp"
#include "git/repository.hpp"
#include "plan/replay.hpp"
#include "report/replay_text.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace buildcache::commands {
namespace {

// No branch can be called so.
constexpr const char* kDetached = "HEAD";

struct Line {
  std::string branch;
  std::string tip;
};

core::Result<Line> line_of_head(const git::Repository& repository, const std::string& directory) {
  auto head = repository.head();
  if (!head) {
    return tl::unexpected(head.error());
  }
  if (head->commit.empty()) {
    return tl::unexpected(core::Error{core::ErrorKind::facts,
                                      "there is no commit yet in " + core::printable(directory),
                                      std::nullopt,
                                      "commit something first"});
  }
  return Line{head->branch.empty() ? kDetached : head->branch, head->commit};
}

core::Result<Line> line_to_walk(const git::Repository& repository,
                                const std::string& stated,
                                const std::string& directory) {
  const std::string branch = stated.empty() ? repository.remote_default_branch() : stated;
  if (branch.empty()) {
    return line_of_head(repository, directory);
  }
  if (auto tip = repository.branch_tip(branch)) {
    return Line{branch, *tip};
  }
  return tl::unexpected(core::Error{core::ErrorKind::facts,
                                    "the clone has no commit of the default branch " +
                                        core::shortened(core::printable(branch), 80),
                                    std::nullopt,
                                    "fetch it, or name another with --default-branch"});
}

// The branch walked is the default one: what was merged into it was built for it.
std::vector<plan::ReplayedBuild> replayed_builds(std::vector<git::PastBuild> past,
                                                 const std::string& branch) {
  std::vector<plan::ReplayedBuild> builds;
  std::size_t number = 0;
  for (git::PastBuild& one : past) {
    plan::ReplayedBuild build{std::move(one.facts), {}};
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

plan::FallbackTally replay_with(config::Config config,
                                const std::vector<plan::ReplayedBuild>& builds,
                                std::vector<config::FallbackRule> fallback,
                                std::string name) {
  config.cache.fallback = std::move(fallback);
  return plan::replay(config, builds, std::move(name));
}

plan::Replayed replay_all(const config::Config& config,
                          std::vector<git::PastBuild> past,
                          const std::string& branch) {
  const config::FallbackRule base{config::RuleKind::base, "", "base"};
  const config::FallbackRule by_default{config::RuleKind::default_branch, "", "default"};
  const std::vector<plan::ReplayedBuild> builds = replayed_builds(std::move(past), branch);
  plan::Replayed replayed;
  replayed.branch = branch;
  replayed.changes = static_cast<std::size_t>(
      std::ranges::count_if(builds, [](const auto& build) { return build.ci.change.has_value(); }));
  replayed.pushes = builds.size() - replayed.changes;
  replayed.lists.push_back(plan::replay(config, builds, "configured"));
  replayed.lists.push_back(replay_with(config, builds, {by_default}, "latest only"));
  replayed.lists.push_back(
      replay_with(config, builds, {base, by_default}, "base and default only"));
  return replayed;
}

void tell_limits(const Seams& seams, const config::Config& config, const git::PastBuilds& past) {
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
  for (const config::FallbackRule& rule : config.cache.fallback) {
    if (rule.kind == config::RuleKind::name || rule.kind == config::RuleKind::literal) {
      notice("never found here, as no build writes it: " +
                 core::shortened(core::printable(rule.word), 80),
             "");
    }
  }
}

}  // namespace

core::Result<void> simulate(const Seams& seams, const SimulateOptions& options) {
  const auto config = load_config(seams, options.common);
  if (!config) {
    return tl::unexpected(config.error());
  }
  const auto ci = ci::read_facts(seams.files, seams.environment, options.common.overrides);
  if (!ci) {
    return tl::unexpected(ci.error());
  }
  const std::string& directory = options.common.directory;
  const auto repository = git::Repository::open(directory);
  if (!repository) {
    return tl::unexpected(repository.error());
  }
  if (*repository == nullptr) {
    return tl::unexpected(core::Error{core::ErrorKind::facts,
                                      "no git repository at " + core::printable(directory),
                                      std::nullopt,
                                      "run it in a clone, or name one with -C"});
  }
  const auto line = line_to_walk(**repository, ci->default_branch, directory);
  if (!line) {
    return tl::unexpected(line.error());
  }
  git::PastBuildsRequest request;
  request.tip = line->tip;
  request.commits = options.last;
  request.lookback = config->cache.lookback;
  git::PastBuilds past = git::past_builds(**repository, request);
  tell_limits(seams, *config, past);
  seams.out(report::replay_text(replay_all(*config, std::move(past.builds), line->branch)));
  return {};
}

}  // namespace buildcache::commands
