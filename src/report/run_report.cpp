#include "report/run_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.hpp"
#include "report/style.hpp"
#include "report/tally.hpp"
#include "store/spec.hpp"

namespace buildcache::report {

namespace {

using Json = nlohmann::ordered_json;

std::string joined(const std::vector<core::CacheSpec>& specs) {
  std::string text;
  for (const core::CacheSpec& spec : specs) {
    text += (text.empty() ? "" : "\n") + spec.str();
  }
  return text;
}

Json parsed_metadata(const std::string& text) {
  Json metadata = Json::parse(text, nullptr, false);
  return metadata.is_discarded() ? Json::object() : metadata;
}

std::string metadata_of(const RunResult& result) {
  Json all = Json::object();
  for (const TargetResult& target : result.targets) {
    all[target.name] = parsed_metadata(target.product.metadata);
  }
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string target_line(const plan::TargetPlan& planned,
                        const TargetResult& target,
                        const Style& style) {
  std::string text = "  " + style.bold(core::printable(target.name)) + ": ";
  if (target.status != Status::built) {
    return text + style.bad(std::string(word_of(target.status)) + ": " +
                            core::shortened(core::printable(target.message), 500)) +
           "\n";
  }
  text += steps_words(target) + " in " + core::human_duration(target.product.wall);
  text += ", " + core::printable(source_words(planned, target));
  if (target.cache_export) {
    text += "; " + publication_words(target) + " in " +
            core::human_duration(target.cache_export->wall);
  }
  return text + "\n";
}

}  // namespace

std::string headline(const RunResult& result) {
  const Tally tally = tally_of(result);
  const std::string targets =
      std::to_string(tally.targets) + (tally.targets == 1 ? " target" : " targets");
  const std::string time = " in " + core::human_duration(result.wall);
  if (tally.cancelled > 0) {
    return "interrupted: " + std::to_string(tally.built) + " of " + targets + " built" + time;
  }
  if (tally.built < tally.targets) {
    return "failed: " + std::to_string(tally.built) + " of " + targets + " built" + time;
  }
  const char* temperature = tally.cached_steps > 0 || tally.total_steps == 0 ? "warm" : "cold";
  return fmt::format("{}: {} of {} steps cached, {}{}",
                     temperature,
                     tally.cached_steps,
                     tally.total_steps,
                     targets,
                     time);
}

std::string summary_text(const plan::Plan& plan, const RunResult& result, bool colour) {
  const Style style(colour);
  std::string text = style.bold(headline(result)) + "\n";
  for (std::size_t i = 0; i < result.targets.size() && i < plan.targets.size(); ++i) {
    text += target_line(plan.targets[i], result.targets[i], style);
  }
  for (const core::Notice& notice : all_notices(plan, result)) {
    const bool warning = notice.severity == core::Severity::warning;
    const std::string label = warning ? style.caution("warning") : "notice";
    text += "  " + label + ": " + core::printable(notice.message) + "\n";
    if (!notice.remedy.empty()) {
      text += "    " + core::printable(notice.remedy) + "\n";
    }
  }
  return text;
}

std::vector<std::pair<std::string, std::string>> outputs(const plan::Plan& plan,
                                                         const RunResult& result) {
  std::vector<std::pair<std::string, std::string>> values = {{"cache-from", ""},
                                                             {"cache-to", ""},
                                                             {"imageid", ""},
                                                             {"digest", ""},
                                                             {"metadata", metadata_of(result)}};
  if (plan.targets.size() != 1 || result.targets.size() != 1) {
    return values;
  }
  const plan::TargetPlan& planned = plan.targets.front();
  const TargetResult& target = result.targets.front();
  values[0].second = joined(planned.cache_from);
  values[1].second = planned.cache_export ? joined(planned.cache_export->specs) : "";
  values[2].second = target.product.image_id;
  values[3].second = target.product.image_digest;
  return values;
}

std::string_view word_of(Status status) {
  switch (status) {
    case Status::built:
      return "built";
    case Status::failed:
      return "failed";
    case Status::skipped:
      return "skipped";
    case Status::cancelled:
      return "cancelled";
  }
  return "";
}

}  // namespace buildcache::report
