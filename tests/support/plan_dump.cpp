#include "support/plan_dump.hpp"

#include "store/spec.hpp"

#include <nlohmann/json.hpp>

namespace buildcache::support {

namespace {

using Json = nlohmann::ordered_json;

Json trust_of(const plan::Trust& trust) {
  Json write = Json::array();
  for (const config::WriteScope scope : trust.write) {
    write.push_back(config::word_of(scope));
  }
  return {{"level", config::word_of(trust.level)}, {"reason", trust.reason}, {"write", write}};
}

std::string line_of(const plan::ProbedCandidate& probed) {
  std::string line = probed.chosen ? "* " : "- ";
  line += probed.candidate.rule + " " + std::string(store::word_of(probed.answer.verdict)) + " " +
          store::display(probed.candidate.ref) + " (" + probed.candidate.why + ")";
  line += probed.answer.reason.empty() ? "" : ": " + probed.answer.reason;
  return line + (probed.passed_over.empty() ? "" : "; not chosen: " + probed.passed_over);
}

Json build_of(const plan::Build& build) {
  Json json{{"context", build.context}};
  if (!build.dockerfile.empty()) {
    json["dockerfile"] = build.dockerfile;
  }
  if (!build.stage.empty()) {
    json["stage"] = build.stage;
  }
  json["args"] = build.args;
  json["labels"] = build.labels;
  json["platforms"] = build.platforms;
  json["tags"] = build.tags;
  json["no_cache"] = build.no_cache;
  json["compression"] = config::word_of(build.compression);
  json["push"] = build.push;
  if (!build.push_skipped_why.empty()) {
    json["push_skipped_why"] = build.push_skipped_why;
  }
  return json;
}

Json export_of(const plan::TargetPlan& target) {
  if (target.exports.empty()) {
    return target.no_export_why;
  }
  const plan::CacheExport& made = target.exports.front();
  Json writes = Json::array();
  for (std::size_t i = 0; i < made.writes.size(); ++i) {
    const std::string current = made.writes[i].current ? " (current)" : "";
    writes.push_back(std::string(config::word_of(made.writes[i].scope)) + current + " " +
                     made.specs[i].str());
  }
  return {{"staging", made.staging_spec.str()},
          {"writes", writes},
          {"stamp",
           made.stamp.trust + " build of " + made.stamp.ref_name + " at " + made.stamp.revision}};
}

Json target_of(const plan::TargetPlan& target) {
  Json json{{"name", target.name}, {"needs", target.needs}, {"build", build_of(target.build)}};
  json["candidates"] = Json::array();
  for (const plan::ProbedCandidate& probed : target.candidates) {
    json["candidates"].push_back(line_of(probed));
  }
  json["cache_from"] = Json::array();
  for (const core::CacheSpec& spec : target.cache_from) {
    json["cache_from"].push_back(spec.str());
  }
  json["export"] = export_of(target);
  return json;
}

std::string line_of(const core::Notice& notice) {
  std::string line = notice.severity == core::Severity::warning ? "warning" : "notice";
  line += notice.target.empty() ? "" : " for " + notice.target;
  return line + ": " + notice.message + (notice.remedy.empty() ? "" : " | " + notice.remedy);
}

}  // namespace

std::string dump(const plan::Plan& plan) {
  Json json{{"branch", plan.branch}, {"default_branch", plan.default_branch}};
  json["trust"] = trust_of(plan.trust);
  json["builder"] = plan.builder.name;
  json["targets"] = Json::array();
  for (const plan::TargetPlan& target : plan.targets) {
    json["targets"].push_back(target_of(target));
  }
  json["notices"] = Json::array();
  for (const core::Notice& notice : plan.notices) {
    json["notices"].push_back(line_of(notice));
  }
  return json.dump(2) + "\n";
}

}  // namespace buildcache::support
