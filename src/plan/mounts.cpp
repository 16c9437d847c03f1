#include "plan/mounts.hpp"

#include "core/digest.hpp"
#include "core/text.hpp"
#include "plan/exports.hpp"
#include "plan/scopes.hpp"
#include "store/spec.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace buildcache::plan {

namespace {

constexpr std::size_t kHashLength = 32;

bool keeps_mounts(const core::Scope& scope) {
  return scope.kind == core::ScopeKind::branch || scope.kind == core::ScopeKind::pr ||
         scope.kind == core::ScopeKind::name;
}

// Mount, platform and scope in one hash: neither may be read off where it does not fit whole.
store::CacheRef ref_of(const Facts& facts,
                       const config::Target& target,
                       const std::string& key,
                       const core::Scope& scope) {
  const std::string name = fmt::format("{}\n{}-{}", key, core::letter_of(scope.kind), scope.value);
  const std::string hash = core::sha256_hex(name).substr(0, kHashLength);
  return {facts.location,
          core::encode({target.name, "", "", {core::ScopeKind::mount, hash}}),
          std::nullopt};
}

bool names(const config::MountRule& rule, const dockerfile::CacheMount& mount) {
  return rule.id.empty() || rule.id == mount.identity.id || rule.id == mount.target;
}

std::string why_not(const Facts& facts, const dockerfile::CacheMount& mount) {
  if (!mount.unresolved.empty()) {
    return mount.unresolved;
  }
  if (mount.from_is_stage) {
    return "it starts from the stage " + mount.identity.from +
           ", and is another mount whenever that stage has other content";
  }
  if (facts.config.builder.nodes.size() > 1) {
    return "the builder has several nodes, each with a mount of its own";
  }
  if (facts.no_store) {
    return facts.no_store->message;
  }
  return {};
}

void add_restore(const Facts& facts,
                 const config::Target& target,
                 const std::string& key,
                 MountPlan& plan) {
  for (const Candidate& candidate : candidates(facts, target)) {
    if (!candidate.scope || candidate.refused || !keeps_mounts(*candidate.scope)) {
      continue;
    }
    store::CacheRef ref = ref_of(facts, target, key, *candidate.scope);
    if (std::ranges::find(plan.restore, ref) == plan.restore.end()) {
      plan.restore.push_back(std::move(ref));
    }
  }
}

void add_save(const Facts& facts,
              const Wishes& wishes,
              const config::Target& target,
              const std::string& key,
              MountPlan& plan) {
  if (plan.rule.save == config::SaveMount::never || !wishes.cache_export) {
    plan.no_save_why = wishes.cache_export ? "save: never" : "--no-cache-export";
    return;
  }
  for (const ScopeToWrite& one : scopes_to_write(facts)) {
    if (keeps_mounts(one.scope)) {
      plan.save.push_back(ref_of(facts, target, key, one.scope));
    }
  }
  if (plan.save.empty()) {
    plan.no_save_why = "builds at the trust level " +
                       std::string(config::word_of(facts.trust.level)) +
                       " write no branch's or change's cache";
  }
}

}  // namespace

std::string key_of(const dockerfile::MountIdentity& identity) {
  const auto number = [](const std::optional<std::uint32_t>& value) {
    return value ? std::to_string(*value) : std::string("-");
  };
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}",
                     identity.name_space,
                     identity.id,
                     number(identity.uid),
                     number(identity.gid),
                     number(identity.mode),
                     identity.from,
                     identity.source);
}

std::vector<MountPlan> mounts_of(const Facts& facts,
                                 const Wishes& wishes,
                                 const config::Target& target,
                                 const std::vector<dockerfile::CacheMount>& found) {
  std::vector<MountPlan> plans;
  for (const dockerfile::CacheMount& mount : found) {
    const auto rule = std::ranges::find_if(
        target.mounts, [&](const config::MountRule& one) { return names(one, mount); });
    if (rule == target.mounts.end()) {
      continue;
    }
    MountPlan plan{mount, *rule, why_not(facts, mount), {}, {}, {}, {}};
    if (plan.why_not.empty()) {
      const std::string key = key_of(mount.identity);
      add_restore(facts, target, key, plan);
      add_save(facts, wishes, target, key, plan);
      plan.stamp = stamp_of(facts);
    }
    plans.push_back(std::move(plan));
  }
  return plans;
}

std::vector<core::Notice> notices_of_mounts(const config::Target& target,
                                            const std::vector<dockerfile::CacheMount>& found) {
  std::vector<core::Notice> notices;
  std::vector<std::string> ids;
  ids.reserve(found.size());
  for (const dockerfile::CacheMount& mount : found) {
    ids.push_back(mount.identity.id);
  }
  for (const config::MountRule& rule : target.mounts) {
    if (std::ranges::any_of(found, [&](const auto& mount) { return names(rule, mount); })) {
      continue;
    }
    const std::string near = core::nearest(rule.id, ids);
    const std::string what =
        rule.id.empty() ? "`mounts: auto`, but the Dockerfile has no cache mount"
                        : "`mounts` names " + rule.id + ", which the Dockerfile does not mount";
    notices.push_back({core::Severity::warning,
                       what,
                       near.empty() ? "" : "did you mean " + near + "?",
                       target.name});
  }
  return notices;
}

}  // namespace buildcache::plan
