#include "report/candidate_groups.hpp"
#include "report/plan_report.hpp"
#include "store/spec.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace buildcache::report {

namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json base_json(const std::optional<git::BasePoint>& base) {
  return base ? Json{{"commit", base->commit}, {"source", base->source}} : Json();
}

Json history_json(const std::optional<git::MoreAsked>& asked) {
  return asked ? Json{{"source", text_or_null(asked->source)},
                      {"depth", asked->depth},
                      {"trouble", text_or_null(asked->trouble)}}
               : Json();
}

Json ladder_json(const std::vector<git::LadderStep>& ladder) {
  Json list = Json::array();
  for (const git::LadderStep& step : ladder) {
    list.push_back({{"step", step.step}, {"answered", step.answered}, {"words", step.words}});
  }
  return list;
}

Json silent_rules_json(const std::vector<plan::SilentRule>& rules) {
  Json list = Json::array();
  for (const plan::SilentRule& rule : rules) {
    list.push_back({{"rule", rule.rule}, {"why", rule.why}});
  }
  return list;
}

Json ci_json(const ci::Facts& ci) {
  return {{"provider", ci::word_of(ci.provider)},
          {"event", ci::word_of(ci.event)},
          {"change", ci.change ? text_or_null(ci.change->number) : Json()},
          {"fork", ci.change && ci.change->fork}};
}

Json git_json(const plan::Plan& plan) {
  return {{"head", text_or_null(plan.git.head)},
          {"branch", text_or_null(plan.branch)},
          {"base_branch", text_or_null(plan::base_branch_of(plan.git, plan.ci))},
          {"default_branch", text_or_null(plan.default_branch)},
          {"tree_base", base_json(plan.git.tree_base)},
          {"fork_point", base_json(plan.git.fork_point)},
          {"history", history_json(plan.git.more_asked)},
          {"ladder", ladder_json(plan.git.ladder)}};
}

Json trust_json(const plan::Trust& trust) {
  Json write = Json::array();
  for (const config::WriteScope scope : trust.write) {
    write.push_back(config::word_of(scope));
  }
  return {{"level", config::word_of(trust.level)}, {"write", write}, {"reason", trust.reason}};
}

Json candidate_json(const plan::ProbedCandidate& probed) {
  return {{"ref", store::display(probed.candidate.ref)},
          {"rule", probed.candidate.rule},
          {"verdict", store::word_of(probed.answer.verdict)},
          {"reason", candidate_words(probed)},
          {"chosen", probed.chosen},
          {"digest", probed.answer.digest ? Json(probed.answer.digest->str()) : Json()}};
}

Json specs_json(const std::vector<core::CacheSpec>& specs) {
  Json list = Json::array();
  for (const core::CacheSpec& spec : specs) {
    list.push_back(spec.str());
  }
  return list;
}

Json refs_json(const std::vector<store::CacheRef>& refs) {
  Json list = Json::array();
  for (const store::CacheRef& ref : refs) {
    list.push_back(store::display(ref));
  }
  return list;
}

Json mounts_json(const std::vector<plan::MountPlan>& mounts) {
  Json list = Json::array();
  for (const plan::MountPlan& mount : mounts) {
    list.push_back({{"id", mount.mount.identity.id},
                    {"lines", mount.mount.lines},
                    {"restore", refs_json(mount.restore)},
                    {"save", refs_json(mount.save)},
                    {"why_not_saved", text_or_null(mount.no_save_why)},
                    {"left_alone", text_or_null(mount.why_not)}});
  }
  return list;
}

Json target_json(const plan::TargetPlan& target, const TargetCommands& commands) {
  Json candidates = Json::array();
  for (const plan::ProbedCandidate& probed : target.candidates) {
    candidates.push_back(candidate_json(probed));
  }
  return {{"name", target.name},
          {"cache_from", specs_json(target.cache_from)},
          {"cache_to", specs_json(plan::cache_to_of(target))},
          {"candidates", candidates},
          {"silent_rules", silent_rules_json(target.silent_rules)},
          {"mounts", mounts_json(target.mounts)},
          {"commands", commands.argvs}};
}

Json notice_json(const core::Notice& notice) {
  return {{"severity", notice.severity == core::Severity::warning ? "warning" : "notice"},
          {"message", notice.message},
          {"remedy", text_or_null(notice.remedy)},
          {"target", text_or_null(notice.target)}};
}

}  // namespace

std::string plan_json(const plan::Plan& plan, const std::vector<TargetCommands>& commands) {
  Json document = {{"version", 1},
                   {"ci", ci_json(plan.ci)},
                   {"git", git_json(plan)},
                   {"trust", trust_json(plan.trust)},
                   {"targets", Json::array()},
                   {"warnings", Json::array()}};
  for (std::size_t i = 0; i < plan.targets.size(); ++i) {
    const TargetCommands none;
    document["targets"].push_back(
        target_json(plan.targets[i], i < commands.size() ? commands[i] : none));
  }
  for (const core::Notice& notice : plan.notices) {
    document["warnings"].push_back(notice_json(notice));
  }
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace buildcache::report
