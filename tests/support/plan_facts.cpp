#include "support/plan_facts.hpp"

#include "store/spec.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace buildcache::support {

namespace {

using Json = nlohmann::json;
using Readers = std::map<std::string, std::function<void(const Json&)>>;

// Gives each member to its reader; a member without one is a mistake in the test.
void read_members(const Json& object, const Readers& readers) {
  for (const auto& [key, value] : object.items()) {
    const auto reader = readers.find(key);
    if (reader == readers.end()) {
      throw std::runtime_error("unknown member " + key);
    }
    reader->second(value);
  }
}

template <typename T>
std::function<void(const Json&)> into(T& place) {
  return [&place](const Json& value) { place = value.get<T>(); };
}

template <typename Enum, typename Words>
Enum enum_of(const Json& value, const Words& words) {
  for (const Enum candidate : words) {
    if (word_of(candidate) == value.get<std::string>()) {
      return candidate;
    }
  }
  throw std::runtime_error("unknown word " + value.dump());
}

git::BasePoint base_point_of(const Json& json) {
  git::BasePoint point;
  read_members(
      json,
      {{"commit", into(point.commit)}, {"source", into(point.source)}, {"walk", into(point.walk)}});
  return point;
}

void read_git(const Json& json, git::Facts& git) {
  read_members(
      json,
      {{"head", into(git.head)},
       {"branch", into(git.branch)},
       {"upstream_default_branch", into(git.upstream_default_branch)},
       {"parents", into(git.parents)},
       {"dirty", into(git.dirty)},
       {"change_head", into(git.change_head)},
       {"tree_base", [&git](const Json& value) { git.tree_base = base_point_of(value); }},
       {"fork_point", [&git](const Json& value) { git.fork_point = base_point_of(value); }},
       {"head_walk", into(git.head_walk)}});
}

ci::Change change_of(const Json& json) {
  ci::Change change;
  read_members(json,
               {{"number", into(change.number)},
                {"head_sha", into(change.head_sha)},
                {"head_branch", into(change.head_branch)},
                {"base_branch", into(change.base_branch)},
                {"fork", into(change.fork)}});
  return change;
}

ci::Event event_of(const Json& value) {
  using ci::Event;
  return enum_of<Event>(value,
                        std::vector<Event>{Event::push,
                                           Event::tag,
                                           Event::pull_request,
                                           Event::merge_queue,
                                           Event::release,
                                           Event::schedule,
                                           Event::manual,
                                           Event::local,
                                           Event::other});
}

void read_ci(const Json& json, ci::Facts& ci) {
  ci.provider = ci::Provider::github;
  read_members(json,
               {{"event",
                 [&ci](const Json& value) {
                   ci.event = event_of(value);
                   ci.provider =
                       ci.event == ci::Event::local ? ci::Provider::local : ci::Provider::github;
                 }},
                {"event_name", into(ci.event_name)},
                {"sha", into(ci.sha)},
                {"branch", into(ci.branch)},
                {"tag", into(ci.tag)},
                {"default_branch", into(ci.default_branch)},
                {"change", [&ci](const Json& value) { ci.change = change_of(value); }},
                {"queue_base_branch", into(ci.queue_base_branch)},
                {"queue_base_sha", into(ci.queue_base_sha)},
                {"ref_protected", into(ci.ref_protected)},
                {"forces_read_only", into(ci.forces_read_only)},
                {"read_only_reason", into(ci.read_only_reason)}});
}

void read_capabilities(const Json& json, docker::Capabilities& capabilities) {
  read_members(json,
               {{"assumed", into(capabilities.assumed)},
                {"builder", into(capabilities.builder)},
                {"driver", into(capabilities.driver)},
                {"registry_export", into(capabilities.registry_export)},
                {"gha", into(capabilities.gha)},
                {"object_stores", into(capabilities.object_stores)},
                {"zstd", into(capabilities.zstd)},
                {"why_no_export", into(capabilities.why_no_export)}});
}

void read_wishes(const Json& json, plan::Wishes& wishes) {
  read_members(json,
               {{"targets", into(wishes.targets)},
                {"push", into(wishes.push)},
                {"no_cache", into(wishes.no_cache)},
                {"cache_export", into(wishes.cache_export)}});
}

store::Verdict verdict_of(const Json& value) {
  using store::Verdict;
  return enum_of<Verdict>(value,
                          std::vector<Verdict>{Verdict::found,
                                               Verdict::absent,
                                               Verdict::unauthorized,
                                               Verdict::forbidden,
                                               Verdict::unusable,
                                               Verdict::timed_out,
                                               Verdict::unreachable,
                                               Verdict::unknown});
}

store::Stamp stamp_of(const Json& json) {
  store::Stamp stamp;
  read_members(json,
               {{"revision", into(stamp.revision)},
                {"ref_name", into(stamp.ref_name)},
                {"created", into(stamp.created)},
                {"trust", into(stamp.trust)}});
  return stamp;
}

// "absent", or an object; `digest` makes it found in the survey, `verdict` is what reading shows.
ScriptedAnswer answer_of(const Json& json) {
  ScriptedAnswer answer;
  if (json.is_string()) {
    answer.survey.verdict = verdict_of(json);
    return answer;
  }
  store::Answer& read = answer.inspection;
  read.verdict = store::Verdict::found;
  read_members(
      json,
      {{"verdict", [&read](const Json& value) { read.verdict = verdict_of(value); }},
       {"reason", into(read.reason)},
       {"digest",
        [&read](const Json& value) { read.digest = core::Digest::of(value.get<std::string>()); }},
       {"stamp", [&read](const Json& value) { read.stamp = stamp_of(value); }}});
  if (!read.digest) {
    answer.survey = read;
    return answer;
  }
  read.inspected = true;
  answer.survey.verdict = store::Verdict::found;
  answer.survey.digest = read.digest;
  return answer;
}

const store::Answer& survey_of(PlanFacts& script, const store::CacheRef& ref) {
  const auto listed = script.answers.find(store::display(ref));
  if (listed == script.answers.end()) {
    return script.otherwise;
  }
  listed->second.asked = true;
  return listed->second.survey;
}

void inspect(PlanFacts& script, const store::CacheRef& ref, store::Answer& answer) {
  if (answer.verdict == store::Verdict::found) {
    answer = script.answers.at(store::display(ref)).inspection;
  }
}

plan::TargetFacts ask(const plan::Facts& facts, const config::Target& target, PlanFacts& script) {
  plan::TargetFacts asked;
  asked.name = target.name;
  asked.commit = plan::built_commit(facts.git);
  asked.candidates = plan::candidates(facts, target);
  asked.writes = plan::writes(facts, target);
  if (script.wishes.no_cache) {
    return asked;
  }
  for (const plan::Candidate& candidate : asked.candidates) {
    asked.answers.push_back(candidate.refused ? store::Answer{} : survey_of(script, candidate.ref));
  }
  for (const plan::CacheWrite& write : asked.writes) {
    asked.write_answers.push_back(survey_of(script, write.ref));
    inspect(script, write.ref, asked.write_answers.back());
  }
  const int most = facts.config.cache.max_sources;
  for (auto open = plan::to_inspect(asked, facts.trust, most); !open.empty();
       open = plan::to_inspect(asked, facts.trust, most)) {
    for (const std::size_t index : open) {
      inspect(script, asked.candidates[index].ref, asked.answers[index]);
    }
  }
  return asked;
}

}  // namespace

PlanFacts read_plan_facts(const std::string& json) {
  PlanFacts facts;
  facts.otherwise.verdict = store::Verdict::absent;
  facts.git.root = "/src/shop";
  facts.capabilities.driver = "docker-container";
  read_members(
      Json::parse(json),
      {{"git", [&facts](const Json& value) { read_git(value, facts.git); }},
       {"ci", [&facts](const Json& value) { read_ci(value, facts.ci); }},
       {"capabilities",
        [&facts](const Json& value) { read_capabilities(value, facts.capabilities); }},
       {"wishes", [&facts](const Json& value) { read_wishes(value, facts.wishes); }},
       {"answers",
        [&facts](const Json& value) {
          for (const auto& [name, answer] : value.items()) {
            facts.answers.emplace(name, answer_of(answer));
          }
        }},
       {"otherwise", [&facts](const Json& value) { facts.otherwise = answer_of(value).survey; }}});
  if (facts.git.head.empty()) {
    facts.git.root.clear();
  }
  return facts;
}

std::vector<plan::TargetFacts> ask_all(const plan::Facts& facts,
                                       const std::vector<std::string>& targets,
                                       PlanFacts& script) {
  std::vector<plan::TargetFacts> all;
  for (const std::string& name : targets) {
    const auto& known = facts.config.targets;
    all.push_back(ask(facts, *std::ranges::find(known, name, &config::Target::name), script));
  }
  return all;
}

std::vector<std::string> unasked(const PlanFacts& script) {
  std::vector<std::string> names;
  for (const auto& [name, answer] : script.answers) {
    if (!answer.asked) {
      names.push_back(name);
    }
  }
  return names;
}

}  // namespace buildcache::support
