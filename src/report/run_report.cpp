#include "report/run_report.hpp"

#include "core/text.hpp"
#include "report/mount_words.hpp"
#include "report/output_lines.hpp"
#include "report/style.hpp"
#include "report/tally.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace buildcache::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxMessage = 1500;

std::string joined(const std::vector<core::CacheSpec>& specs) {
  std::string text;
  for (const core::CacheSpec& spec : specs) {
    text += (text.empty() ? "" : "\n") + spec.str();
  }
  return text;
}

// Provenance is large and holds build arguments: it does not belong into outputs.
Json parsed_metadata(const std::string& text) {
  Json metadata = Json::parse(text, nullptr, false);
  if (!metadata.is_object()) {
    return Json::object();
  }
  Json kept = Json::object();
  for (const auto& [key, value] : metadata.items()) {
    if (!key.starts_with("buildx.build.provenance")) {
      kept[key] = value;
    }
  }
  return kept;
}

std::string metadata_of(const RunResult& result) {
  Json all = Json::object();
  for (const TargetResult& target : result.targets) {
    all[target.name] = parsed_metadata(target.product.metadata);
  }
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// One line stays beside the status, several stand below it.
std::string message_lines(const std::string& message) {
  std::string text = core::shortened(core::printable(message, true), kMaxMessage);
  text.resize(text.find_last_not_of("\n ") + 1);
  if (text.find('\n') == std::string::npos) {
    return ": " + text + "\n";
  }
  std::string lines = "\n    | ";
  for (const char c : text) {
    lines += c;
    lines += c == '\n' ? "    | " : "";
  }
  return lines + "\n";
}

std::string target_line(const plan::TargetPlan& planned,
                        const TargetResult& target,
                        const Style& style) {
  std::string text = "  " + style.bold(core::printable(target.name)) + ": ";
  if (target.status != Status::built) {
    return text + style.bad(std::string(word_of(target.status))) + message_lines(target.message);
  }
  const std::string indent = "\n    ";
  text += steps_words(target) + " in " + core::human_duration(target.product.wall);
  text += target.pushed ? ", pushed" : "";
  text += indent + "cache imported: " + core::printable(source_words(planned, target));
  text += indent + "cache written: " + core::printable(written_words(target));
  for (const MountResult& mount : target.mounts) {
    text += indent + "mount " + core::printable(mount.id) + ": " + mount_words(mount.restore) +
            (mount.save.outcome.empty() ? "" : "; " + mount_words(mount.save));
  }
  return text + "\n";
}

// What the caches spared, where a stamp remembers how long a build without them takes.
std::string saved_words(const plan::Plan& plan, const RunResult& result) {
  constexpr std::chrono::seconds kWorthTelling{1};
  std::chrono::milliseconds saved{0};
  for (std::size_t i = 0; i < result.targets.size() && i < plan.targets.size(); ++i) {
    const std::chrono::milliseconds cold = cold_time(plan.targets[i], result.targets[i]);
    saved += std::max(cold - result.targets[i].product.wall, std::chrono::milliseconds(0));
  }
  return saved < kWorthTelling ? std::string()
                               : "; about " + core::human_duration(saved) + " saved";
}

}  // namespace

std::string headline(const plan::Plan& plan, const RunResult& result) {
  const Tally tally = tally_of(result);
  const std::string steps =
      fmt::format("{} of {} steps cached", tally.cached_steps, tally.total_steps);
  const std::string targets =
      fmt::format("{} {}", tally.targets, tally.targets == 1 ? "target" : "targets");
  const std::string time = core::human_duration(result.wall);
  if (tally.built == tally.targets) {
    return fmt::format("{}: {}, {} in {}{}",
                       word_of(tally.warmth),
                       steps,
                       targets,
                       time,
                       saved_words(plan, result));
  }
  return fmt::format("{}: {} of {} built in {}; {}, {}",
                     tally.cancelled > 0 ? "interrupted" : "failed",
                     tally.built,
                     targets,
                     time,
                     word_of(tally.warmth),
                     steps);
}

std::string summary_text(const plan::Plan& plan, const RunResult& result, bool colour) {
  const Style style(colour);
  std::string text = style.bold(headline(plan, result)) + "\n";
  for (std::size_t i = 0; i < result.targets.size() && i < plan.targets.size(); ++i) {
    text += target_line(plan.targets[i], result.targets[i], style);
  }
  for (const core::Notice& notice : all_notices(plan, result)) {
    const bool warning = notice.severity == core::Severity::warning;
    const std::string label = warning ? style.caution("warning") : "notice";
    const std::string target = notice.target.empty() ? "" : notice.target + ": ";
    text += "  " + label + ": " + core::printable(target + notice.message) + "\n";
    if (!notice.remedy.empty()) {
      text += "    remedy: " + core::printable(notice.remedy) + "\n";
    }
  }
  return harmless_lines(std::move(text));
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
  values[1].second = joined(plan::cache_to_of(planned));
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
