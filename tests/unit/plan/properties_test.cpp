// What must hold for any facts: 2,000 random worlds each, from fixed seeds.
#include "core/cache_tag.hpp"
#include "plan/choose.hpp"
#include "plan/make_plan.hpp"
#include "store/spec.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <set>

namespace buildcache::plan {

using config::RuleKind;
using config::TrustLevel;
using config::WriteScope;
using store::Verdict;

namespace {

constexpr int kWorlds = 2'000;

// A world and what its store would answer.
struct Sample {
  World world;
  std::vector<TargetFacts> targets;

  core::Result<Plan> planned() {
    return make_plan(world.facts(), world.capabilities, targets, world.wishes);
  }
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Sample sample() {
    Sample made;
    made.world = world();
    const Facts facts = made.world.facts();
    for (const config::Target& target : made.world.config.targets) {
      TargetFacts asked{target.name, candidates(facts, target), {}, writes(facts, target), {}};
      for (std::size_t i = 0; i < asked.candidates.size(); ++i) {
        asked.answers.push_back(answer());
      }
      for (std::size_t i = 0; i < asked.writes.size(); ++i) {
        asked.write_answers.push_back(answer());
      }
      made.targets.push_back(std::move(asked));
    }
    return made;
  }

 private:
  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
  bool one_in(int many) { return below(many) == 0; }

  template <typename T>
  T any_of(const std::vector<T>& values) {
    return values[static_cast<std::size_t>(below(static_cast<int>(values.size())))];
  }

  std::string branch() {
    return any_of<std::string>({"main",
                                "develop",
                                "feat/a",
                                "feat-a",
                                "Feat/A",
                                "",
                                "x--y",
                                std::string(200, 'b'),
                                "p-1"});
  }

  std::string id() { return commit(any_of<char>({'a', 'b', 'c', 'd', 'e', 'f'})); }

  std::vector<std::string> walk() {
    std::vector<std::string> commits;
    for (int length = below(5); length > 0; --length) {
      commits.push_back(id());
    }
    return commits;
  }

  std::optional<git::BasePoint> base() {
    return one_in(3) ? std::nullopt : std::optional(git::BasePoint{id(), "local graph", walk()});
  }

  config::FallbackRule fallback_rule() {
    return any_of<config::FallbackRule>(
        {rule(RuleKind::pr, "pr"),
         rule(RuleKind::commit, "commit"),
         rule(RuleKind::branch, "branch"),
         rule(RuleKind::merge_base, "merge-base"),
         rule(RuleKind::base, "base"),
         rule(RuleKind::default_branch, "default"),
         rule(RuleKind::name, "name:x", "x"),
         rule(RuleKind::literal, "q.io/a:b", "q.io/a:b"),
         rule(RuleKind::literal, "own p", "ghcr.io/acme/cache:api--p-17"),
         rule(RuleKind::literal, "own b", "ghcr.io/acme/cache:api--b-feat-a"),
         rule(RuleKind::literal, "own x", "ghcr.io/acme/cache:web--b-main")});
  }

  void fill_ci(ci::Facts& ci) {
    ci.event = static_cast<ci::Event>(below(9));
    ci.sha = one_in(4) ? "" : id();
    ci.branch = branch();
    ci.tag = one_in(5) ? "v1" : "";
    ci.default_branch = one_in(4) ? "" : "main";
    if (one_in(2)) {
      ci.change = ci::Change{
          one_in(5) ? "" : std::to_string(below(30)), id(), branch(), branch(), "", one_in(2)};
    }
    ci.queue_base_branch = one_in(4) ? "main" : "";
    ci.ref_protected = one_in(4);
    ci.forces_read_only = one_in(6);
  }

  void fill_git(git::Facts& git) {
    git.head = one_in(6) ? "" : id();
    git.branch = branch();
    git.dirty = one_in(4);
    git.change_head = one_in(2) ? id() : "";
    git.tree_base = base();
    git.fork_point = base();
    git.head_walk = walk();
  }

  void fill_config(config::Config& config) {
    config.cache.fallback.clear();
    for (int length = below(8); length > 0; --length) {
      config.cache.fallback.push_back(fallback_rule());
    }
    config.cache.lookback = below(6);
    config.cache.max_sources = below(5);
    for (int level = 0; level < 6; ++level) {
      std::vector<WriteScope>& scopes = config.cache.write[static_cast<TrustLevel>(level)];
      for (int length = below(4); length > 0; --length) {
        scopes.push_back(static_cast<WriteScope>(below(3)));
      }
    }
    for (const std::string name : {"web", "a-b", "a.b"}) {
      config::Target target;
      target.name = name;
      config.targets.push_back(target);
    }
    std::ranges::shuffle(config.targets, random_);
  }

  World world() {
    World made;
    fill_config(made.config);
    fill_git(made.git);
    fill_ci(made.ci);
    made.capabilities.registry_export = !one_in(8);
    made.capabilities.zstd = !one_in(3);
    made.wishes.cache_export = !one_in(8);
    made.wishes.no_cache = one_in(10);
    return made;
  }

  store::Answer answer() {
    store::Answer made;
    made.verdict = static_cast<Verdict>(one_in(2) ? 0 : below(10));
    if (made.verdict == Verdict::found || made.verdict == Verdict::unusable) {
      made.digest = core::Digest::of(std::to_string(below(6)));
      made.inspected = !one_in(3);
    }
    if (made.inspected && !one_in(3)) {
      made.stamp = store::Stamp{
          id(),
          branch(),
          "",
          any_of<std::string>(
              {"protected", "merge-queue", "branch", "pull-request", "tag", "fork", "god", ""})};
    }
    return made;
  }

  std::mt19937 random_;
};

void for_all(unsigned seed, const std::function<void(Sample&)>& check) {
  Generator generator(seed);
  for (int i = 0; i < kWorlds; ++i) {
    Sample sample = generator.sample();
    CAPTURE(i);
    check(sample);
  }
}

bool is_trusted(TrustLevel level) {
  return level == TrustLevel::protected_branch || level == TrustLevel::merge_queue;
}

core::ScopeKind kind_of(const store::CacheRef& ref) {
  const auto decoded = core::decode(ref.tag);
  REQUIRE(decoded.has_value());
  return decoded->tag.scope.kind;
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
    lines.push_back(target.cache_export ? target.cache_export->staging_spec.str()
                                        : target.no_export_why);
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
      CHECK(std::ranges::none_of(
          plan->targets, [](const TargetPlan& target) { return target.cache_export.has_value(); }));
    }
  });
}

TEST_CASE("plan, any facts: only trusted builds of a clean tree write a commit's cache") {
  for_all(2, [](Sample& sample) {
    const auto plan = sample.planned();
    REQUIRE(plan.has_value());
    for (const TargetPlan& target : plan->targets) {
      for (const CacheWrite& write :
           target.cache_export ? target.cache_export->writes : std::vector<CacheWrite>{}) {
        if (kind_of(write.ref) == core::ScopeKind::commit) {
          CHECK(is_trusted(plan->trust.level));
          CHECK_FALSE(plan->git.dirty);
        }
      }
    }
  });
}

TEST_CASE(
    "plan, any facts: candidates are each cache once, at most 32 and lookback, never staging") {
  for_all(3, [](Sample& sample) {
    for (const TargetFacts& target : sample.targets) {
      std::set<std::string> seen;
      for (const Candidate& candidate : target.candidates) {
        CHECK(seen.insert(store::display(candidate.ref)).second);
        const auto decoded = core::decode(candidate.ref.tag);
        CHECK((!decoded || decoded->tag.scope.kind != core::ScopeKind::staging));
      }
      CHECK(seen.size() <= 32 + static_cast<std::size_t>(sample.world.config.cache.lookback));
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

TEST_CASE("plan, any facts: not more than max-sources are chosen, all found, each manifest once") {
  for_all(5, [](Sample& sample) {
    const auto plan = sample.planned();
    REQUIRE(plan.has_value());
    for (const TargetPlan& target : plan->targets) {
      CHECK(target.chosen.size() <=
            static_cast<std::size_t>(sample.world.config.cache.max_sources));
      CHECK(target.chosen.size() == target.cache_from.size());
      CHECK(std::ranges::is_sorted(target.chosen));
      std::set<std::string> manifests;
      for (const std::size_t index : target.chosen) {
        const ProbedCandidate& probed = target.candidates[index];
        CHECK(probed.chosen);
        CHECK(
            (probed.answer.verdict == Verdict::found || probed.answer.verdict == Verdict::unknown));
        if (probed.answer.digest) {
          CHECK(manifests.insert(probed.answer.digest->str()).second);
          CHECK(probed.answer.inspected);
        }
      }
    }
  });
}

TEST_CASE("plan, any facts: trusted builds choose no pull request's and no lower-stamped cache") {
  for_all(6, [](Sample& sample) {
    const auto plan = sample.planned();
    REQUIRE(plan.has_value());
    if (!refuses_lower(plan->trust.level)) {
      return;
    }
    for (const TargetPlan& target : plan->targets) {
      for (const std::size_t index : target.chosen) {
        const ProbedCandidate& probed = target.candidates[index];
        CHECK_FALSE(is_of_pull_request(probed.candidate.ref));
        if (is_stamped(probed.answer)) {
          const std::string& writer = probed.answer.stamp->trust;
          CHECK((writer == "protected" || writer == "merge-queue"));
        }
      }
    }
  });
}

TEST_CASE("plan, any facts: trusted builds choose no unprotected branch of our store") {
  for_all(7, [](Sample& sample) {
    const auto plan = sample.planned();
    REQUIRE(plan.has_value());
    if (!refuses_lower(plan->trust.level)) {
      return;
    }
    const std::set<std::string> readable{
        plan->branch, plan->default_branch, base_branch_of(plan->git, plan->ci)};
    for (const TargetPlan& target : plan->targets) {
      for (const std::size_t index : target.chosen) {
        const Candidate& candidate = target.candidates[index].candidate;
        if (candidate.scope && candidate.scope->kind == core::ScopeKind::branch) {
          CHECK(readable.contains(candidate.scope->value));
        }
      }
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
    std::set<std::string> written;
    for (const TargetPlan& target : plan->targets) {
      if (!target.cache_export) {
        CHECK_FALSE(target.no_export_why.empty());
        continue;
      }
      CHECK(written.insert(target.cache_export->staging.tag).second);
      CHECK(kind_of(target.cache_export->staging) == core::ScopeKind::staging);
      for (const CacheWrite& write : target.cache_export->writes) {
        CHECK(written.insert(write.ref.tag).second);
      }
    }
  });
}

TEST_CASE("plan, any facts: when nothing is left to inspect, what would be chosen is inspected") {
  for_all(10, [](Sample& sample) {
    for (TargetFacts& target : sample.targets) {
      const int most = sample.world.config.cache.max_sources;
      std::size_t rounds = 0;
      for (auto open = to_inspect(target, sample.world.trust, most); !open.empty();
           open = to_inspect(target, sample.world.trust, most)) {
        for (const std::size_t index : open) {
          CHECK_FALSE(target.candidates[index].refused);
          target.answers[index].inspected = true;
        }
        REQUIRE(++rounds <= target.candidates.size());
      }
      CHECK(choose(target, sample.world.trust, most, Uninspected::may_be_chosen).chosen ==
            choose(target, sample.world.trust, most, Uninspected::must_not_be_chosen).chosen);
    }
  });
}

}  // namespace buildcache::plan
