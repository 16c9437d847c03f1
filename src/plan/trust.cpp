#include "plan/trust.hpp"

#include "plan/candidates.hpp"
#include "plan/shown.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace buildcache::plan {

namespace {

using config::TrustLevel;
using config::WriteScope;

struct Level {
  TrustLevel level;
  std::string reason;
};

std::string change_words(const ci::Facts& ci) {
  return std::string(ci::change_word(ci.provider)) + " " + shown(ci.change->number);
}

std::string read_only_why(const git::Facts& git, const ci::Facts& ci) {
  if (ci.change && ci.change->fork) {
    return change_words(ci) + " comes from a fork";
  }
  if (ci.forces_read_only) {
    return ci.read_only_reason.empty() ? "the CI context may only read caches"
                                       : core::printable(ci.read_only_reason);
  }
  if (builds_other_code(git, ci)) {
    return shown(ci.event_name) + " runs for " + core::short_id(ci.sha) +
           ", but another commit is checked out";
  }
  return {};
}

std::string run_words(const ci::Facts& ci) {
  switch (ci.event) {
    case ci::Event::push:
      return "push to";
    case ci::Event::schedule:
      return "schedule on";
    case ci::Event::manual:
      return "manual run on";
    case ci::Event::local:
      return "local run on";
    default:
      return shown(ci.event_name.empty() ? std::string(ci::word_of(ci.event)) : ci.event_name) +
             " on";
  }
}

Level level_of_branch(const git::Facts& git, const ci::Facts& ci) {
  const std::string branch = branch_of(git, ci);
  if (branch.empty()) {
    return {TrustLevel::branch, run_words(ci) + " no branch"};
  }
  if (ci.ref_protected) {
    return {TrustLevel::protected_branch, run_words(ci) + " the protected branch " + shown(branch)};
  }
  if (ci.event != ci::Event::local && branch == default_branch_of(git, ci)) {
    return {TrustLevel::protected_branch, run_words(ci) + " the default branch " + shown(branch)};
  }
  return {TrustLevel::branch, run_words(ci) + " the branch " + shown(branch)};
}

Level level_of(const git::Facts& git, const ci::Facts& ci) {
  std::string read_only = read_only_why(git, ci);
  if (!read_only.empty()) {
    return {TrustLevel::fork, std::move(read_only)};
  }
  if (ci.event == ci::Event::release) {
    return {TrustLevel::tag, "release " + shown(ci.tag)};
  }
  if (ci.event == ci::Event::tag || !ci.tag.empty()) {
    return {TrustLevel::tag, "build of the tag " + shown(ci.tag)};
  }
  if (ci.change) {
    return {TrustLevel::pull_request, change_words(ci) + " into " + shown(ci.change->base_branch)};
  }
  if (ci.event == ci::Event::merge_queue) {
    return {TrustLevel::merge_queue, "merge queue into " + shown(ci.queue_base_branch)};
  }
  return level_of_branch(git, ci);
}

bool is_trusted(TrustLevel level) {
  return level == TrustLevel::protected_branch || level == TrustLevel::merge_queue;
}

}  // namespace

Trust decide_trust(const config::Config& config, const git::Facts& git, const ci::Facts& ci) {
  Level level = level_of(git, ci);
  Trust trust{level.level, {}, std::move(level.reason)};
  const auto granted = config.cache.write.find(trust.level);
  if (granted == config.cache.write.end() || trust.level == TrustLevel::fork) {
    return trust;
  }
  const bool may_write_commits = is_trusted(trust.level) && !git.dirty;
  for (const WriteScope scope : granted->second) {
    const bool known = std::ranges::find(trust.write, scope) != trust.write.end();
    if (!known && (scope != WriteScope::commit || may_write_commits)) {
      trust.write.push_back(scope);
    }
  }
  return trust;
}

bool builds_other_code(const git::Facts& git, const ci::Facts& ci) {
  return ci.event == ci::Event::other && !ci.change && !ci.sha.empty() && !git.head.empty() &&
         ci.sha != git.head;
}

bool refuses_lower(config::TrustLevel reader) {
  return is_trusted(reader) || reader == TrustLevel::tag;
}

bool refuses(config::TrustLevel reader, std::string_view writer) {
  return refuses_lower(reader) && writer != config::word_of(TrustLevel::protected_branch) &&
         writer != config::word_of(TrustLevel::merge_queue);
}

}  // namespace buildcache::plan
