#include "plan/candidates.hpp"

#include "plan/plain_http.hpp"
#include "plan/shown.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace buildcache::plan {

namespace {

using config::RuleKind;

constexpr std::size_t kMostBesideWalks = 32;

// What a rule proposes, before it becomes a reference.
struct Proposal {
  core::Scope scope;
  std::string why;
  bool of_history = false;
};

// What a rule proposes, and, when that is nothing, why.
struct Proposals {
  std::vector<Proposal> list;
  std::string why_none;
};

Proposals none(std::string why) {
  return {{}, std::move(why)};
}

Proposal commit_proposal(const std::string& commit, std::string why) {
  return {{core::ScopeKind::commit, commit}, std::move(why), true};
}

Proposal branch_proposal(const std::string& branch, std::string_view what) {
  return {{core::ScopeKind::branch, branch}, std::string(what) + " " + shown(branch), false};
}

Proposals commit_rule(const git::Facts& git) {
  Proposals rule{{}, "there is no commit"};
  std::vector<Proposal>& proposals = rule.list;
  if (!git.head.empty()) {
    proposals.push_back(commit_proposal(git.head, "HEAD " + core::short_id(git.head)));
  }
  if (!git.change_head.empty()) {
    // Not of HEAD's line: the base the change was merged with still adds something to it.
    proposals.push_back({{core::ScopeKind::commit, git.change_head},
                         "the change's own head " + core::short_id(git.change_head),
                         false});
  }
  return rule;
}

Proposals pr_rule(const ci::Facts& ci) {
  const std::string word(ci::change_word(ci.provider));
  if (!ci.change || ci.change->number.empty()) {
    return none("the run is for no " + word);
  }
  const std::string& number = ci.change->number;
  return {{{{core::ScopeKind::pr, number}, word + " " + shown(number), false}}, {}};
}

Proposals named_branch_rule(const std::string& branch,
                            std::string_view what,
                            std::string why_none) {
  return branch.empty() ? none(std::move(why_none))
                        : Proposals{{branch_proposal(branch, what)}, {}};
}

// A fork's branch lives in another repository: its `main` is not ours.
Proposals branch_rule(const git::Facts& git, const ci::Facts& ci) {
  if (ci.change && ci.change->fork) {
    return none("the branch is a fork's, and lives in another repository");
  }
  if (ci.change) {
    return named_branch_rule(ci.change->head_branch,
                             "the change's own branch",
                             "nobody says what the change's branch is");
  }
  return named_branch_rule(
      branch_of(git, ci), "the branch being built,", "the run is for no branch");
}

void append_walk(std::vector<Proposal>& proposals,
                 const std::vector<std::string>& walk,
                 const std::string& origin,
                 std::size_t distance) {
  for (const std::string& commit : walk) {
    proposals.push_back(commit_proposal(
        commit,
        distance == 0 ? origin
                      : std::to_string(distance) + (distance == 1 ? " commit" : " commits") +
                            " before " + origin));
    ++distance;
  }
}

Proposals merge_base_rule(const Facts& facts) {
  const git::Facts& git = facts.git;
  const bool has_base = facts.ci.change || facts.ci.event == ci::Event::merge_queue;
  Proposals rule{{}, "no commit that the work is based on is known"};
  std::vector<Proposal>& proposals = rule.list;
  if (has_base && git.tree_base) {
    append_walk(proposals,
                git.tree_base->walk,
                "the tree base " + core::short_id(git.tree_base->commit),
                0);
  }
  if (has_base && git.fork_point) {
    append_walk(proposals,
                git.fork_point->walk,
                "the fork point " + core::short_id(git.fork_point->commit),
                0);
  }
  if (!has_base || (!git.tree_base && !git.fork_point)) {
    append_walk(proposals, git.head_walk, "HEAD " + core::short_id(git.head), 1);
  }
  const auto lookback = static_cast<std::size_t>(std::max(facts.config.cache.lookback, 0));
  if (proposals.size() > lookback) {
    proposals.resize(lookback);
  }
  return rule;
}

Proposals proposals_of(const Facts& facts, const config::FallbackRule& rule) {
  switch (rule.kind) {
    case RuleKind::commit:
      return commit_rule(facts.git);
    case RuleKind::pr:
      return pr_rule(facts.ci);
    case RuleKind::branch:
      return branch_rule(facts.git, facts.ci);
    case RuleKind::merge_base:
      return merge_base_rule(facts);
    case RuleKind::base:
      return named_branch_rule(base_branch_of(facts.git, facts.ci),
                               "the base branch",
                               "the run is for a branch or tag without a base branch");
    case RuleKind::default_branch:
      return named_branch_rule(default_branch_of(facts.git, facts.ci),
                               "the default branch",
                               "nobody says which branch is the default");
    case RuleKind::name:
      return {{{{core::ScopeKind::name, rule.argument}, "named " + shown(rule.argument), false}},
              {}};
    case RuleKind::literal:
      break;
  }
  return {};
}

// The branches whose caches a build at a trusted level, or of a tag, may read.
std::vector<std::string> readable_branches(const Facts& facts) {
  std::vector<std::string> branches{base_branch_of(facts.git, facts.ci),
                                    default_branch_of(facts.git, facts.ci)};
  if (facts.trust.level == config::TrustLevel::protected_branch) {
    branches.push_back(branch_of(facts.git, facts.ci));
  }
  std::erase(branches, std::string());
  return branches;
}

std::string scope_part(std::string_view tag) {
  const std::size_t separator = tag.rfind("--");
  return std::string(separator == std::string_view::npos ? tag : tag.substr(separator));
}

bool is_readable_branch(const Facts& facts, std::string_view tag) {
  return std::ranges::any_of(readable_branches(facts), [&](const std::string& branch) {
    const core::Scope scope{core::ScopeKind::branch, branch};
    return scope_part(tag) == scope_part(core::encode({"x", "", "", scope}));
  });
}

// Goes by the tag, so that a literal reference to a cache of ours is judged like a rule's.
std::string refusal(const Facts& facts, const store::CacheRef& ref) {
  if (!refuses_lower(facts.trust.level) || ref.location != facts.location) {
    return {};
  }
  const std::optional<core::DecodedCacheTag> decoded = core::decode(ref.tag);
  if (!decoded) {
    return {};
  }
  const std::string reader(config::word_of(facts.trust.level));
  if (decoded->tag.scope.kind == core::ScopeKind::pr) {
    return "a cache of a pull request, which " + reader + " builds do not read";
  }
  if (decoded->tag.scope.kind == core::ScopeKind::branch && !is_readable_branch(facts, ref.tag)) {
    return "a cache of an unprotected branch, which " + reader + " builds do not read";
  }
  return {};
}

std::optional<Candidate> literal_candidate(const Facts& facts, const config::FallbackRule& rule) {
  core::Result<core::ImageRef> parsed = core::parse_image_ref(rule.argument);
  if (!parsed) {
    return std::nullopt;  // the configuration's reader has refused it
  }
  Candidate candidate;
  candidate.ref.location = {config::StoreKind::registry, parsed->repository, ""};
  candidate.ref.location.plain_http = needs_plain_http(facts.config, parsed->repository.host);
  candidate.ref.tag = parsed->tag.empty() && !parsed->digest ? "latest" : parsed->tag;
  candidate.ref.digest = parsed->digest;
  candidate.rule = rule.word;
  candidate.why = "named in the fallback list";
  return candidate;
}

std::vector<Candidate> candidates_of_rule(const Facts& facts,
                                          const core::CacheTag& tag,
                                          const config::FallbackRule& rule) {
  std::vector<Candidate> found;
  if (rule.kind == RuleKind::literal) {
    if (std::optional<Candidate> literal = literal_candidate(facts, rule)) {
      found.push_back(std::move(*literal));
    }
    return found;
  }
  for (Proposal& proposal : proposals_of(facts, rule).list) {
    Candidate candidate;
    candidate.ref = {facts.location,
                     core::encode({tag.target, tag.stage, tag.platform, proposal.scope}),
                     std::nullopt};
    candidate.rule = rule.word;
    candidate.why = std::move(proposal.why);
    candidate.scope = std::move(proposal.scope);
    candidate.of_history = proposal.of_history;
    found.push_back(std::move(candidate));
  }
  return found;
}

}  // namespace

std::vector<std::string> cached_platforms(const config::Config& config,
                                          const config::Target& target) {
  // Nodes merge the image they push, and the caches inside with it.
  const bool apart = config.builder.nodes.size() > 1 && target.platforms.size() > 1 &&
                     config.cache.store != config::StoreKind::in_image;
  return apart ? target.platforms : std::vector<std::string>{""};
}

std::vector<Candidate> candidates(const Facts& facts,
                                  const config::Target& target,
                                  const std::string& platform) {
  const core::CacheTag tag{target.name, "", platform, {}};
  std::vector<Candidate> all;
  std::size_t beside_walks = 0;
  for (const config::FallbackRule& rule : facts.config.cache.fallback) {
    for (Candidate& candidate : candidates_of_rule(facts, tag, rule)) {
      const bool known = std::ranges::find(all, candidate.ref, &Candidate::ref) != all.end();
      const bool walked = rule.kind == RuleKind::merge_base;
      if (known || (!walked && beside_walks == kMostBesideWalks)) {
        continue;
      }
      beside_walks += walked ? 0 : 1;
      candidate.refused_why = refusal(facts, candidate.ref);
      candidate.refused = !candidate.refused_why.empty();
      all.push_back(std::move(candidate));
    }
  }
  return all;
}

std::vector<SilentRule> silent_rules(const Facts& facts, const std::vector<Candidate>& found) {
  std::vector<SilentRule> silent;
  for (const config::FallbackRule& rule : facts.config.cache.fallback) {
    if (std::ranges::find(found, rule.word, &Candidate::rule) != found.end()) {
      continue;
    }
    const Proposals proposals = proposals_of(facts, rule);
    silent.push_back({rule.word,
                      proposals.list.empty() && !proposals.why_none.empty()
                          ? proposals.why_none
                          : "what it proposes, a word before it has proposed"});
  }
  return silent;
}

std::string branch_of(const git::Facts& git, const ci::Facts& ci) {
  constexpr std::array kNoBranch{ci::Event::tag, ci::Event::release, ci::Event::merge_queue};
  const bool none =
      ci.change || !ci.tag.empty() || std::ranges::find(kNoBranch, ci.event) != kNoBranch.end();
  if (none) {
    return {};
  }
  return ci.branch.empty() ? git.branch : ci.branch;
}

std::string base_branch_of(const git::Facts& git, const ci::Facts& ci) {
  if (!ci.base_branch().empty()) {
    return ci.base_branch();
  }
  const std::string branch = branch_of(git, ci);
  std::string by_default = default_branch_of(git, ci);
  return branch.empty() || branch == by_default ? std::string() : by_default;
}

std::string built_commit(const git::Facts& git) {
  return git.dirty ? std::string() : git.head;
}

std::string default_branch_of(const git::Facts& git, const ci::Facts& ci) {
  return ci.default_branch.empty() ? git.upstream_default_branch : ci.default_branch;
}

}  // namespace buildcache::plan
