#include "core/text.hpp"
#include "report/candidate_groups.hpp"
#include "report/markdown.hpp"
#include "report/run_report.hpp"
#include "report/tally.hpp"
#include "store/spec.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

namespace buildcache::report {

namespace {

constexpr std::size_t kSlowestSteps = 8;
constexpr std::size_t kMaxRows = 40;
constexpr std::size_t kMaxNotices = 50;
constexpr std::size_t kMaxBuildWarnings = 10;
constexpr std::size_t kMaxCell = 160;
constexpr std::size_t kMaxMessage = 600;
constexpr std::size_t kShownDigest = 19;  // "sha256:" and 12 digits

// Cells are escaped already.
std::string row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) {
    text += " " + cell + " |";
  }
  return text + "\n";
}

std::string head(const std::vector<std::string>& titles) {
  return row(titles) + row(std::vector<std::string>(titles.size(), "---"));
}

std::string result_cell(const plan::TargetPlan& planned, const TargetResult& target) {
  if (target.status != Status::built) {
    return "**" + std::string(word_of(target.status)) + "**";
  }
  if (target.pushed) {
    return "built, pushed";
  }
  return planned.build.push_skipped_why.empty() ? "built" : "built, not pushed";
}

std::string table(const plan::Plan& plan, const RunResult& result) {
  std::string text = head(
      {"target", "result", "steps cached", "time", "cache imported", "cache written", "digest"});
  for (std::size_t i = 0; i < result.targets.size() && i < plan.targets.size(); ++i) {
    const TargetResult& target = result.targets[i];
    const docker::SolveResult& product = target.product;
    const bool ran = product.wall.count() > 0;
    const bool built = target.status == Status::built;
    text += row({md_code(target.name),
                 result_cell(plan.targets[i], target),
                 ran ? std::to_string(product.cached_steps()) + " of " +
                           std::to_string(product.total_steps())
                     : "",
                 ran ? md_text(core::human_duration(product.wall)) : "",
                 ran ? md_text(source_words(plan.targets[i], target), kMaxCell) : "",
                 built ? md_text(written_words(target), kMaxCell) : "",
                 md_code(product.image_digest.substr(0, kShownDigest))});
  }
  return text;
}

std::string not_built(const RunResult& result) {
  std::string text;
  for (const TargetResult& target : result.targets) {
    if (target.status == Status::failed) {
      text += "\n" + md_code(target.name) + " failed:\n\n" + md_block(target.message);
    } else if (target.status != Status::built) {
      text += "\n" + md_code(target.name) + " " + std::string(word_of(target.status)) + ": " +
              md_text(target.message, kMaxMessage) + "\n";
    }
  }
  return text;
}

std::string notice_item(const core::Notice& notice) {
  const bool warning = notice.severity == core::Severity::warning;
  std::string text = warning ? "- **warning** " : "- notice ";
  text += notice.target.empty() ? "" : md_code(notice.target) + " ";
  text += md_text(notice.message, kMaxMessage);
  return text + (notice.remedy.empty() ? "\n" : " → " + md_text(notice.remedy) + "\n");
}

std::string notices(const plan::Plan& plan, const RunResult& result) {
  std::vector<core::Notice> all = all_notices(plan, result);
  std::stable_partition(all.begin(), all.end(), [](const core::Notice& notice) {
    return notice.severity == core::Severity::warning;
  });
  std::string text;
  for (std::size_t i = 0; i < std::min(all.size(), kMaxNotices); ++i) {
    text += notice_item(all[i]);
  }
  if (all.size() > kMaxNotices) {
    text += "- and " + std::to_string(all.size() - kMaxNotices) + " more, in the log\n";
  }
  return text.empty() ? text : "\n" + text;
}

std::string candidate_row(const plan::TargetPlan& target, const CandidateGroup& group) {
  const plan::ProbedCandidate& first = target.candidates[group.first];
  const std::string verdict(store::word_of(first.answer.verdict));
  if (group.count > 1) {
    const plan::ProbedCandidate& last = target.candidates[group.first + group.count - 1];
    return row({md_text(first.candidate.rule),
                std::to_string(group.count) + " caches",
                md_text(verdict),
                md_text("from " + first.candidate.why + " to " + last.candidate.why)});
  }
  return row({md_text(first.candidate.rule),
              md_code(store::display(first.candidate.ref)),
              first.chosen ? "**" + verdict + ", chosen**" : md_text(verdict),
              md_text(candidate_words(first))});
}

std::string candidate_table(const plan::TargetPlan& target) {
  const auto groups = candidate_groups(target.candidates);
  if (groups.empty()) {
    return "No cache was looked for.\n";
  }
  std::string text = head({"rule", "cache", "verdict", "why"});
  std::size_t rows = 0;
  std::size_t hidden = 0;
  for (const CandidateGroup& group : groups) {
    const bool chosen = target.candidates[group.first].chosen;
    if (!chosen && rows >= kMaxRows) {
      hidden += group.count;
      continue;
    }
    ++rows;
    text += candidate_row(target, group);
  }
  return hidden == 0 ? text : text + "\n" + std::to_string(hidden) + " more were not chosen.\n";
}

std::string slowest_table(const TargetResult& target) {
  std::vector<docker::Step> steps;
  std::ranges::copy_if(target.product.steps, std::back_inserter(steps), [](const auto& step) {
    return !step.internal && !step.cached && step.duration.count() > 0;
  });
  std::ranges::stable_sort(steps, std::ranges::greater(), &docker::Step::duration);
  if (steps.empty()) {
    return {};
  }
  std::string text = "\n" + head({"slowest steps that ran", "time"});
  for (std::size_t i = 0; i < std::min(steps.size(), kSlowestSteps); ++i) {
    text += row({md_code(steps[i].name, 160), md_text(core::human_duration(steps[i].duration))});
  }
  return text;
}

std::string build_warnings(const TargetResult& target) {
  std::string text;
  const auto& warnings = target.product.build_warnings;
  for (std::size_t i = 0; i < std::min(warnings.size(), kMaxBuildWarnings); ++i) {
    text += "- " + md_text(warnings[i]) + "\n";
  }
  return text.empty() ? text : "\nWarnings of the build:\n\n" + text;
}

std::string tags(const plan::TargetPlan& planned, const TargetResult& target) {
  if (planned.build.tags.empty() || target.status != Status::built) {
    return {};
  }
  std::string text = target.pushed ? "\nPushed as " : "\nTagged ";
  for (std::size_t i = 0; i < planned.build.tags.size(); ++i) {
    text += (i == 0 ? "" : ", ") + md_code(planned.build.tags[i]);
  }
  return text + ".\n";
}

std::string details(const plan::Plan& plan, const RunResult& result) {
  std::string text;
  for (std::size_t i = 0; i < result.targets.size() && i < plan.targets.size(); ++i) {
    const plan::TargetPlan& planned = plan.targets[i];
    const TargetResult& target = result.targets[i];
    text += "\n<details><summary>" + md_code(planned.name) +
            ": caches looked for, slowest steps</summary>\n\n";
    text += candidate_table(planned) + slowest_table(target) + build_warnings(target);
    text += tags(planned, target) + "\n</details>\n";
  }
  return text;
}

std::string context(const plan::Plan& plan, const RunResult& result) {
  std::string text = "\n";
  if (!plan.git.head.empty()) {
    text += "Commit " + md_code(core::short_id(plan.git.head)) + ", trust level ";
  } else {
    text += "Trust level ";
  }
  text += md_code(config::word_of(plan.trust.level)) + " (" + md_text(plan.trust.reason) + ").";
  std::string phases;
  for (const auto& [name, duration] : result.phases) {
    phases += (phases.empty() ? "" : ", ") + name + " " + core::human_duration(duration);
  }
  return text + (phases.empty() ? "\n" : " Time by phase: " + md_text(phases) + ".\n");
}

}  // namespace

std::string summary_markdown(const plan::Plan& plan, const RunResult& result) {
  return "### buildcache — " + md_text(headline(result)) + "\n\n" + table(plan, result) +
         not_built(result) + notices(plan, result) + context(plan, result) + details(plan, result);
}

}  // namespace buildcache::report
