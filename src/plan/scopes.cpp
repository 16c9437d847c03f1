#include "plan/scopes.hpp"

#include <algorithm>
#include <utility>

namespace buildcache::plan {

namespace {

using config::WriteScope;

core::Scope scope_of(const Facts& facts, WriteScope word) {
  switch (word) {
    case WriteScope::commit:
      return {core::ScopeKind::commit, facts.git.head};
    case WriteScope::branch:
      return {core::ScopeKind::branch, branch_of(facts.git, facts.ci)};
    case WriteScope::pr:
      break;
  }
  return {core::ScopeKind::pr, facts.ci.change ? facts.ci.change->number : std::string()};
}

std::string what_is_missing(WriteScope word) {
  switch (word) {
    case WriteScope::commit:
      return "there is no commit";
    case WriteScope::branch:
      return "this run is for no branch";
    case WriteScope::pr:
      break;
  }
  return "this run is for no pull request";
}

bool is_granted(const Trust& trust, WriteScope word) {
  return std::ranges::find(trust.write, word) != trust.write.end();
}

// decide_trust() takes away only what the configuration's reader refuses anyway, and the commit
// scope of a dirty tree.
std::string why_dropped(const Facts& facts, WriteScope word) {
  if (is_granted(facts.trust, word)) {
    return scope_of(facts, word).value.empty() ? what_is_missing(word) : std::string();
  }
  return facts.git.dirty ? "the work tree has changes that are not committed" : std::string();
}

}  // namespace

std::vector<ScopeToWrite> scopes_to_write(const Facts& facts) {
  std::vector<ScopeToWrite> scopes;
  for (const WriteScope word : facts.trust.write) {
    core::Scope scope = scope_of(facts, word);
    if (!scope.value.empty()) {
      scopes.push_back({word, std::move(scope)});
    }
  }
  return scopes;
}

std::vector<core::Notice> notices_of_dropped_scopes(const Facts& facts) {
  std::vector<core::Notice> notices;
  const auto granted = facts.config.cache.write.find(facts.trust.level);
  if (granted == facts.config.cache.write.end()) {
    return notices;
  }
  for (const WriteScope word : granted->second) {
    const std::string why = why_dropped(facts, word);
    if (!why.empty()) {
      notices.push_back(
          {core::Severity::notice,
           "no cache of the scope " + std::string(config::word_of(word)) + " is written: " + why,
           "",
           ""});
    }
  }
  return notices;
}

std::vector<CacheWrite> writes(const Facts& facts,
                               const config::Target& target,
                               const std::string& platform) {
  std::vector<CacheWrite> refs;
  for (const ScopeToWrite& scope : scopes_to_write(facts)) {
    refs.push_back({scope.word,
                    {facts.location, core::encode({target.name, "", platform, scope.scope}), {}},
                    false});
  }
  return refs;
}

}  // namespace buildcache::plan
