#include <algorithm>
#include <string>
#include <vector>

#include "core/text.hpp"
#include "report/markdown.hpp"
#include "report/run_report.hpp"
#include "report/tally.hpp"
#include "store/spec.hpp"

namespace buildcache::report {

namespace {

constexpr std::size_t kSlowestSteps = 8;
constexpr std::size_t kMaxCandidates = 40;

std::string cell(const std::string& text) { return text + " | "; }

std::string result_cell(const TargetResult& target) {
  if (target.status == Status::built) {
    return target.pushed ? "built, pushed" : "built";
  }
  return "**" + std::string(word_of(target.status)) + "**";
}

std::string table(const plan::Plan& plan, const RunResult& result) {
  std::string text = "| target | result | steps cached | cache | build | export | digest |\n";
  text += "|---|---|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < result.targets.size() && i < plan.targets.size(); ++i) {
    const TargetResult& target = result.targets[i];
    const bool ran = target.product.total_steps() > 0;
    const std::string steps = std::to_string(target.product.cached_steps()) + " of " +
                              std::to_string(target.product.total_steps());
    text += "| " + cell(md_code(target.name)) + cell(result_cell(target)) + cell(ran ? steps : "");
    text += cell(ran ? md_text(source_words(plan.targets[i], target)) : "");
    text += cell(ran ? md_text(core::human_duration(target.product.wall)) : "");
    text += cell(target.cache_export
                     ? md_text(publication_words(target) + " in " +
                               core::human_duration(target.cache_export->wall))
                     : md_text(target.export_note));
    const std::string& digest = target.product.image_digest;
    text += (digest.empty() ? "" : md_code(core::shortened(digest, 24))) + " |\n";
  }
  return text;
}

std::string failures(const RunResult& result) {
  std::string text;
  for (const TargetResult& target : result.targets) {
    if (target.status == Status::failed) {
      text += "\n" + md_code(target.name) + " failed:\n\n" + md_block(target.message);
    }
  }
  return text;
}

std::string warnings(const plan::Plan& plan, const RunResult& result) {
  std::string text;
  for (const core::Notice& notice : all_notices(plan, result)) {
    text += notice.severity == core::Severity::warning ? "- **warning** " : "- notice ";
    text += notice.target.empty() ? "" : md_code(notice.target) + " ";
    text += md_text(notice.message, 600);
    text += notice.remedy.empty() ? "\n" : " — " + md_text(notice.remedy) + "\n";
  }
  return text.empty() ? text : "\n" + text;
}

std::string candidate_rows(const plan::TargetPlan& target) {
  std::string text = "| rule | cache | verdict | why |\n|---|---|---|---|\n";
  std::size_t shown = 0;
  std::size_t hidden = 0;
  for (const plan::ProbedCandidate& probed : target.candidates) {
    if (!probed.chosen && shown >= kMaxCandidates) {
      ++hidden;
      continue;
    }
    ++shown;
    const std::string verdict(store::word_of(probed.answer.verdict));
    const std::string& reason = probed.answer.reason;
    text += "| " + cell(md_text(probed.candidate.rule));
    text += cell(md_code(store::display(probed.candidate.ref)));
    text += cell(probed.chosen ? "**used**" : md_text(verdict));
    text += md_text(probed.candidate.why + (reason.empty() ? "" : ": " + reason)) + " |\n";
  }
  if (hidden > 0) {
    text += "\n" + std::to_string(hidden) + " more were not used.\n";
  }
  return text;
}

std::string slowest_rows(const TargetResult& target) {
  std::vector<docker::Step> steps;
  std::ranges::copy_if(target.product.steps, std::back_inserter(steps), [](const auto& step) {
    return !step.internal && !step.cached && step.duration.count() > 0;
  });
  std::ranges::stable_sort(steps, std::ranges::greater(), &docker::Step::duration);
  if (steps.empty()) {
    return {};
  }
  std::string text = "\n| slowest steps that ran | time |\n|---|---|\n";
  for (std::size_t i = 0; i < std::min(steps.size(), kSlowestSteps); ++i) {
    text += "| " + cell(md_code(steps[i].name, 160)) +
            md_text(core::human_duration(steps[i].duration)) + " |\n";
  }
  return text;
}

std::string details(const plan::Plan& plan, const RunResult& result) {
  std::string text;
  for (std::size_t i = 0; i < result.targets.size() && i < plan.targets.size(); ++i) {
    text += "\n<details><summary>" + md_code(plan.targets[i].name) +
            ": caches looked for and slowest steps</summary>\n\n";
    text += candidate_rows(plan.targets[i]) + slowest_rows(result.targets[i]) + "\n</details>\n";
  }
  return text;
}

std::string phases(const RunResult& result) {
  std::string text;
  for (const auto& [name, duration] : result.phases) {
    text += (text.empty() ? "" : ", ") + name + " " + core::human_duration(duration);
  }
  return text.empty() ? text : "\nTime by phase: " + md_text(text) + ".\n";
}

}  // namespace

std::string summary_markdown(const plan::Plan& plan, const RunResult& result) {
  std::string text = "### buildcache — " + md_text(headline(result)) + "\n\n";
  text += table(plan, result) + failures(result) + warnings(plan, result);
  text += "\nTrust level " + md_code(config::word_of(plan.trust.level)) + ": " +
          md_text(plan.trust.reason) + ".\n";
  return text + phases(result) + details(plan, result);
}

}  // namespace buildcache::report
