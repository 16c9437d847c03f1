#include "commands/simulate.hpp"

#include "ci/read_facts.hpp"
#include "commands/messages.hpp"
#include "commands/prepare.hpp"
#include "commands/replayed_builds.hpp"
#include "config/load.hpp"
#include "core/text.hpp"
#include "git/past_builds.hpp"
#include "git/path_memory.hpp"
#include "git/repository.hpp"
#include "plan/replay.hpp"
#include "report/replay_document.hpp"
#include "report/replay_json.hpp"
#include "report/replay_text.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
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

// One list to compare.
struct NamedList {
  std::string name;
  std::vector<config::FallbackRule> fallback;
};

core::Result<std::vector<NamedList>> lists_to_compare(const config::Config& config,
                                                      const std::vector<std::string>& further) {
  const config::FallbackRule base{config::RuleKind::base, "", "base"};
  const config::FallbackRule by_default{config::RuleKind::default_branch, "", "default"};
  std::vector<NamedList> lists{{"configured", config.cache.fallback},
                               {"latest only", {by_default}},
                               {"base and default only", {base, by_default}}};
  for (const std::string& words : further) {
    auto fallback = config::parse_fallback(words);
    if (!fallback) {
      return tl::unexpected(fallback.error());
    }
    lists.push_back({words, std::move(*fallback)});
  }
  return lists;
}

plan::Replayed replay_all(config::Config config,
                          const std::vector<NamedList>& lists,
                          const std::vector<plan::ReplayedBuild>& builds,
                          const std::string& branch,
                          const plan::HasChanged& has_changed) {
  plan::Replayed replayed;
  replayed.branch = branch;
  replayed.changes = static_cast<std::size_t>(
      std::ranges::count_if(builds, [](const auto& build) { return build.ci.change.has_value(); }));
  replayed.pushes = builds.size() - replayed.changes;
  for (const NamedList& list : lists) {
    config.cache.fallback = list.fallback;
    replayed.lists.push_back(plan::replay(config, builds, list.name, has_changed));
  }
  return replayed;
}

std::string rendered(const plan::Replayed& replayed, ReplayFormat format) {
  switch (format) {
    case ReplayFormat::json:
      return report::replay_json(replayed);
    case ReplayFormat::markdown:
      return report::to_markdown(report::replay_document(replayed));
    case ReplayFormat::html:
      return report::to_html(report::replay_document(replayed));
    case ReplayFormat::text:
      break;
  }
  return report::replay_text(replayed);
}

void tell_never_found(const Seams& seams, const std::vector<NamedList>& lists) {
  std::set<std::string> told;
  for (const NamedList& list : lists) {
    for (const config::FallbackRule& rule : list.fallback) {
      const bool unwritten =
          rule.kind == config::RuleKind::name || rule.kind == config::RuleKind::literal;
      if (unwritten && told.insert(rule.word).second) {
        seams.err(notice_line({core::Severity::notice,
                               "never found here, as no build writes it: " +
                                   core::shortened(core::printable(rule.word), 80),
                               "",
                               ""}));
      }
    }
  }
}

// What never stood anywhere never changes.
void tell_lacking_paths(const Seams& seams,
                        const git::Repository& repository,
                        const std::string& tip,
                        const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (repository.entry_id(tip, path) == "") {
      seams.err(notice_line({core::Severity::notice,
                             "nothing stands at " + core::shortened(core::printable(path), 80) +
                                 " in the newest commit",
                             "give a file or folder as it is called from the top directory; "
                             "patterns are not expanded",
                             ""}));
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
  const auto lists = lists_to_compare(*config, options.fallbacks);
  if (!lists) {
    return tl::unexpected(lists.error());
  }
  git::PastBuildsRequest request;
  request.tip = line->tip;
  request.commits = options.last;
  request.lookback = config->cache.lookback;
  tell_never_found(seams, *lists);
  tell_lacking_paths(seams, **repository, line->tip, options.paths);
  const auto builds = builds_to_replay(seams, options, **repository, request, line->branch);
  if (!builds) {
    return tl::unexpected(builds.error());
  }
  git::PathMemory memory(**repository, options.paths);
  plan::HasChanged has_changed;
  if (!options.paths.empty()) {
    has_changed = [&memory](const std::string& one, const std::string& other) {
      return memory.has_changed(one, other);
    };
  }
  plan::Replayed replayed = replay_all(*config, *lists, *builds, line->branch, has_changed);
  replayed.paths = options.paths;
  seams.out(rendered(replayed, options.format));
  return {};
}

}  // namespace buildcache::commands
