// What must hold for any facts: 2,000 random worlds each, from fixed seeds.
#include "core/cache_tag.hpp"
#include "plan/choose.hpp"
#include "plan/make_plan.hpp"
#include "random_worlds.hpp"
#include "store/spec.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

namespace buildcache::plan {

using config::TrustLevel;
using store::Verdict;

namespace {

constexpr int kWorlds = 2'000;

void for_all(unsigned seed, const std::function<void(Sample&)>& check) {
  Generator generator(seed);
  for (int i = 0; i < kWorlds; ++i) {
    Sample sample = generator.sample();
    CAPTURE(i);
    check(sample);
  }
}

void for_all_targets(unsigned seed,
                     const std::function<void(const Plan&, const TargetPlan&)>& check) {
  for_all(seed, [&check](Sample& sample) {
    const auto plan = sample.planned();
    REQUIRE(plan.has_value());
    for (const TargetPlan& target : plan->targets) {
      check(*plan, target);
    }
  });
}

void for_all_chosen(unsigned seed,
                    const std::function<void(const Plan&, const ProbedCandidate&)>& check) {
  for_all_targets(seed, [&check](const Plan& plan, const TargetPlan& target) {
    for (const std::size_t index : target.chosen) {
      check(plan, target.candidates[index]);
    }
  });
}

bool is_trusted(TrustLevel level) {
  return level == TrustLevel::protected_branch || level == TrustLevel::merge_queue;
}

core::ScopeKind kind_of(const store::CacheRef& ref) {
  const auto decoded = core::decode(ref.tag);
  REQUIRE(decoded.has_value());
  return decoded->tag.scope.kind;
}

// Reads whatever to_inspect() names, and returns how many rounds that took; more than there are
// candidates when it does not end or names one that must not be read.
std::size_t inspect_all(TargetFacts& target, const Trust& trust, int most) {
  std::size_t rounds = 0;
  for (auto open = to_inspect(target, trust, most);
       !open.empty() && rounds <= target.candidates.size();
       open = to_inspect(target, trust, most)) {
    for (const std::size_t index : open) {
      target.answers[index].inspected = true;
      rounds += target.candidates[index].refused ? target.candidates.size() : 0;
    }
    ++rounds;
  }
  return rounds;
}

bool is_staging(const Candidate& candidate) {
  const auto decoded = core::decode(candidate.ref.tag);
  return decoded && decoded->tag.scope.kind == core::ScopeKind::staging;
}

std::vector<CacheWrite> writes_of(const TargetPlan& target) {
  std::vector<CacheWrite> writes;
  for (const CacheExport& one : target.exports) {
    writes.insert(writes.end(), one.writes.begin(), one.writes.end());
  }
  return writes;
}

bool has_each_manifest_once(const TargetPlan& target) {
  std::set<std::string> manifests;
  return std::ranges::all_of(target.chosen, [&](std::size_t index) {
    const std::optional<core::Digest>& digest = target.candidates[index].answer.digest;
    return !digest || manifests.insert(digest->str()).second;
  });
}

bool is_of_pull_request(const store::CacheRef& ref) {
  const auto decoded = core::decode(ref.tag);
  return decoded && decoded->tag.scope.kind == core::ScopeKind::pr;
}

std::vector<std::string> lines_of(const Plan& plan) {
  std::vector<std::string> lines;
  for (const TargetPlan& target : plan.targets) {
    lines.push_back(target.name);
    for (const ProbedCandidate& probed : target.candidates) {
      lines.push_back(store::display(probed.candidate.ref) + " " + probed.candidate.rule + " " +
                      probed.candidate.why + " " +
                      std::string(store::word_of(probed.answer.verdict)) + " " +
                      probed.answer.reason + " " + probed.passed_over);
    }
    for (const core::CacheSpec& spec : target.cache_from) {
      lines.push_back(spec.str());
    }
    lines.push_back(target.no_export_why);
    for (const CacheExport& one : target.exports) {
      lines.push_back(one.staging_spec.str());
    }
  }
  for (const core::Notice& notice : plan.notices) {
    lines.push_back(notice.target + " " + notice.message + " " + notice.remedy);
  }
  return lines;
}

}  // namespace

TEST_CASE("plan, any facts: a fork and what may only read never write") {
  for_all(1, [](Sample& sample) {
    const bool fork = sample.world.ci.forces_read_only ||
                      (sample.world.ci.change && sample.world.ci.change->fork);
    if (fork) {
      const auto plan = sample.planned();
      REQUIRE(plan.has_value());
      CHECK(plan->trust.level == TrustLevel::fork);
      CHECK(std::ranges::none_of(plan->targets,
                                 [](const TargetPlan& target) { return !target.exports.empty(); }));
    }
  });
}

TEST_CASE("plan, any facts: only trusted builds of a clean tree write a commit's cache") {
  for_all_targets(2, [](const Plan& plan, const TargetPlan& target) {
    const bool writes_commit = std::ranges::any_of(writes_of(target), [](const CacheWrite& write) {
      return kind_of(write.ref) == core::ScopeKind::commit;
    });
    CHECK((!writes_commit || (is_trusted(plan.trust.level) && !plan.git.dirty)));
  });
}

TEST_CASE(
    "plan, any facts: candidates are each cache once, at most 32 and lookback, never staging") {
  for_all(3, [](Sample& sample) {
    const auto limit = 32 + static_cast<std::size_t>(sample.world.config.cache.lookback);
    for (const TargetFacts& target : sample.targets) {
      std::set<std::string> seen;
      for (const Candidate& candidate : target.candidates) {
        seen.insert(store::display(candidate.ref));
      }
      CHECK(seen.size() == target.candidates.size());
      CHECK(seen.size() <= limit);
      CHECK(std::ranges::none_of(target.candidates, is_staging));
    }
  });
}

TEST_CASE("plan, any facts: candidates do not depend on the order of targets or other settings") {
  for_all(4, [](Sample& sample) {
    World other = sample.world;
    std::ranges::reverse(other.config.targets);
    other.config.registries.emplace_back().host = "ghcr.io";
    other.config.targets.front().args = {{"Z", "1"}, {"A", "2"}};
    const Facts facts = other.facts();
    for (const config::Target& target : other.config.targets) {
      const auto same = std::ranges::find(sample.targets, target.name, &TargetFacts::name);
      REQUIRE(same != sample.targets.end());
      CHECK(tags_of(candidates(facts, target)) == tags_of(same->candidates));
    }
  });
}

TEST_CASE("plan, any facts: not more than max-sources are chosen, each manifest once") {
  for_all(5, [](Sample& sample) {
    const auto plan = sample.planned();
    REQUIRE(plan.has_value());
    const auto most = static_cast<std::size_t>(sample.world.config.cache.max_sources);
    for (const TargetPlan& target : plan->targets) {
      CHECK(target.chosen.size() <= most);
      CHECK(target.chosen.size() == target.cache_from.size());
      CHECK(std::ranges::is_sorted(target.chosen));
      CHECK(has_each_manifest_once(target));
    }
  });
}

TEST_CASE("plan, any facts: what is chosen was found and read, or cannot be asked for") {
  for_all_chosen(11, [](const Plan&, const ProbedCandidate& probed) {
    CHECK(probed.chosen);
    const bool read = probed.answer.verdict == Verdict::found && probed.answer.inspected;
    CHECK((read || probed.answer.verdict == Verdict::unknown));
  });
}

TEST_CASE("plan, any facts: trusted builds choose no pull request's and no lower-stamped cache") {
  for_all_chosen(6, [](const Plan& plan, const ProbedCandidate& probed) {
    if (refuses_lower(plan.trust.level)) {
      CHECK_FALSE(is_of_pull_request(probed.candidate.ref));
      const std::string writer = is_stamped(probed.answer) ? probed.answer.stamp->trust : "";
      CHECK((writer.empty() || writer == "protected" || writer == "merge-queue"));
    }
  });
}

TEST_CASE("plan, any facts: trusted builds choose no unprotected branch of our store") {
  for_all_chosen(7, [](const Plan& plan, const ProbedCandidate& probed) {
    const std::optional<core::Scope>& scope = probed.candidate.scope;
    if (refuses_lower(plan.trust.level) && scope && scope->kind == core::ScopeKind::branch) {
      const std::set<std::string> readable{
          plan.branch, plan.default_branch, base_branch_of(plan.git, plan.ci)};
      CHECK(readable.contains(scope->value));
    }
  });
}

TEST_CASE("plan, any facts: the same facts give the same plan") {
  for_all(8, [](Sample& sample) {
    const auto first = sample.planned();
    const auto second = sample.planned();
    REQUIRE(first.has_value());
    CHECK(lines_of(*first) == lines_of(*second));
  });
}

TEST_CASE("plan, any facts: no two targets write one ref, staging included") {
  for_all(9, [](Sample& sample) {
    const auto plan = sample.planned();
    REQUIRE(plan.has_value());
    std::multiset<std::string> written;
    for (const TargetPlan& target : plan->targets) {
      for (const CacheExport& one : target.exports) {
        written.insert(one.staging.tag);
      }
      for (const CacheWrite& write : writes_of(target)) {
        written.insert(write.ref.tag);
      }
    }
    CHECK(std::set<std::string>(written.begin(), written.end()).size() == written.size());
  });
}

TEST_CASE("plan, any facts: a target is exported to a staging ref, or says why not") {
  for_all_targets(12, [](const Plan&, const TargetPlan& target) {
    CHECK(target.exports.empty() != target.no_export_why.empty());
    for (const CacheExport& one : target.exports) {
      CHECK(kind_of(one.staging) == core::ScopeKind::staging);
    }
  });
}

TEST_CASE("plan, any facts: inspecting ends, and then what would be chosen is inspected") {
  for_all(10, [](Sample& sample) {
    const int most = sample.world.config.cache.max_sources;
    for (TargetFacts& target : sample.targets) {
      REQUIRE(inspect_all(target, sample.world.trust, most) <= target.candidates.size());
      CHECK(choose(target, sample.world.trust, most, Uninspected::may_be_chosen).chosen ==
            choose(target, sample.world.trust, most, Uninspected::must_not_be_chosen).chosen);
    }
  });
}

}  // namespace buildcache::plan
