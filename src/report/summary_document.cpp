#include "report/summary_document.hpp"

#include "core/text.hpp"
#include "report/candidate_groups.hpp"
#include "report/mount_words.hpp"
#include "report/run_report.hpp"
#include "report/tally.hpp"
#include "store/spec.hpp"

#include <fmt/format.h>

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

Block list_of(std::vector<Line> items) {
  return {.kind = Block::Kind::list, .items = std::move(items)};
}

Block table_of(Table table) {
  return {.kind = Block::Kind::table, .table = std::move(table)};
}

double share_of(std::chrono::milliseconds part, std::chrono::milliseconds whole) {
  return whole.count() > 0 ? static_cast<double>(part.count()) / static_cast<double>(whole.count())
                           : 0;
}

Line duration_cell(std::chrono::milliseconds duration, std::chrono::milliseconds longest) {
  return {bar(share_of(duration, longest)), ours(" " + core::human_duration(duration))};
}

Line result_cell(const plan::TargetPlan& planned, const TargetResult& target) {
  if (target.status != Status::built) {
    return {strong(std::string(word_of(target.status)))};
  }
  if (target.pushed) {
    return {ours("built, pushed")};
  }
  return {ours(planned.build.push_skipped_why.empty() ? "built" : "built, not pushed")};
}

Line steps_cell(const docker::SolveResult& product) {
  const auto cached = static_cast<double>(product.cached_steps());
  const auto total = static_cast<double>(product.total_steps());
  return {bar(total > 0 ? cached / total : 0),
          ours(fmt::format(" {} of {}", product.cached_steps(), product.total_steps()))};
}

std::vector<Line> target_row(const plan::TargetPlan& planned, const TargetResult& target) {
  const docker::SolveResult& product = target.product;
  const bool ran = product.wall.count() > 0;
  const bool built = target.status == Status::built;
  return {{code(target.name)},
          result_cell(planned, target),
          ran ? steps_cell(product) : Line{},
          {ours(ran ? core::human_duration(product.wall) : "")},
          ran ? Line{text(source_words(planned, target), kMaxCell)} : Line{},
          built ? Line{text(written_words(target), kMaxCell)} : Line{},
          product.image_digest.empty() ? Line{}
                                       : Line{code(product.image_digest.substr(0, kShownDigest))}};
}

Block target_table(const plan::Plan& plan, const RunResult& result) {
  Table table{
      {"target", "result", "steps cached", "time", "cache imported", "cache written", "digest"},
      {}};
  for (std::size_t i = 0; i < result.targets.size() && i < plan.targets.size(); ++i) {
    table.rows.push_back(target_row(plan.targets[i], result.targets[i]));
  }
  return table_of(std::move(table));
}

void add_not_built(Document& document, const RunResult& result) {
  for (const TargetResult& target : result.targets) {
    if (target.status == Status::failed) {
      document.push_back(paragraph({code(target.name), ours(" failed:")}));
      document.push_back({.kind = Block::Kind::code, .text = target.message});
    } else if (target.status != Status::built) {
      document.push_back(paragraph({code(target.name),
                                    ours(" " + std::string(word_of(target.status)) + ": "),
                                    text(target.message, kMaxMessage)}));
    }
  }
}

Line notice_item(const core::Notice& notice) {
  Line item;
  if (notice.severity == core::Severity::warning) {
    item = {strong("warning"), ours(" ")};
  } else {
    item = {ours("notice ")};
  }
  if (!notice.target.empty()) {
    item.insert(item.end(), {code(notice.target), ours(" ")});
  }
  item.push_back(text(notice.message, kMaxMessage));
  if (!notice.remedy.empty()) {
    item.insert(item.end(), {ours(" → "), text(notice.remedy)});
  }
  return item;
}

void add_notices(Document& document, const plan::Plan& plan, const RunResult& result) {
  std::vector<core::Notice> all = all_notices(plan, result);
  std::stable_partition(all.begin(), all.end(), [](const core::Notice& notice) {
    return notice.severity == core::Severity::warning;
  });
  std::vector<Line> items;
  for (std::size_t i = 0; i < std::min(all.size(), kMaxNotices); ++i) {
    items.push_back(notice_item(all[i]));
  }
  if (all.size() > kMaxNotices) {
    items.push_back({ours(fmt::format("and {} more, in the log", all.size() - kMaxNotices))});
  }
  if (!items.empty()) {
    document.push_back(list_of(std::move(items)));
  }
}

std::vector<Line> candidate_row(const plan::TargetPlan& target, const CandidateGroup& group) {
  const plan::ProbedCandidate& first = target.candidates[group.first];
  const std::string verdict(store::word_of(first.answer.verdict));
  if (group.count > 1) {
    const plan::ProbedCandidate& last = target.candidates[group.first + group.count - 1];
    return {{text(first.candidate.rule)},
            {text(verdict)},
            {ours(std::to_string(group.count) + " caches")},
            {text("from " + first.candidate.why + " to " + last.candidate.why)}};
  }
  return {{text(first.candidate.rule)},
          {first.chosen ? strong(verdict + ", chosen") : text(verdict)},
          {code(store::display(first.candidate.ref))},
          {text(candidate_words(first))}};
}

void add_candidates(Document& document, const plan::TargetPlan& target) {
  const auto groups = candidate_groups(target.candidates);
  if (groups.empty()) {
    document.push_back(paragraph({ours("No cache was looked for.")}));
    return;
  }
  Table table{{"rule", "verdict", "cache", "why"}, {}, 2};
  std::size_t hidden = 0;
  for (const CandidateGroup& group : groups) {
    const bool chosen = target.candidates[group.first].chosen;
    if (!chosen && table.rows.size() >= kMaxRows) {
      hidden += group.count;
      continue;
    }
    table.rows.push_back(candidate_row(target, group));
  }
  document.push_back(table_of(std::move(table)));
  if (hidden > 0) {
    document.push_back(paragraph({ours(std::to_string(hidden) + " more were not chosen.")}));
  }
}

// Where the caches ended: what changed, or what they lacked.
void add_first_miss(Document& document, const TargetResult& target) {
  const auto& steps = target.product.steps;
  const auto missed = std::ranges::find_if(steps, [](const docker::Step& step) {
    return !step.internal && !step.base && !step.cached && step.started;
  });
  if (missed != steps.end() && target.product.cached_steps() > 0) {
    document.push_back(
        paragraph({ours("The first step that ran: "), code(missed->name, kMaxCell), ours(".")}));
  }
}

void add_mounts(Document& document, const TargetResult& target) {
  if (target.mounts.empty()) {
    return;
  }
  Table table{{"cache mount", "before the build", "after it"}, {}};
  for (const MountResult& mount : target.mounts) {
    table.rows.push_back({{code(mount.id, kMaxCell)},
                          {text(mount_words(mount.restore), kMaxMessage)},
                          {text(mount_words(mount.save), kMaxMessage)}});
  }
  document.push_back(table_of(std::move(table)));
}

void add_slowest(Document& document, const TargetResult& target) {
  std::vector<docker::Step> steps;
  std::ranges::copy_if(target.product.steps, std::back_inserter(steps), [](const auto& step) {
    return !step.internal && !step.cached && step.duration.count() > 0;
  });
  if (steps.empty()) {
    return;
  }
  std::ranges::stable_sort(steps, std::ranges::greater(), &docker::Step::duration);
  Table table{{"slowest steps that ran", "time"}, {}};
  for (std::size_t i = 0; i < std::min(steps.size(), kSlowestSteps); ++i) {
    table.rows.push_back({{code(steps[i].name, kMaxCell)},
                          duration_cell(steps[i].duration, steps.front().duration)});
  }
  document.push_back(table_of(std::move(table)));
}

void add_build_warnings(Document& document, const TargetResult& target) {
  const auto& warnings = target.product.build_warnings;
  if (warnings.empty()) {
    return;
  }
  std::vector<Line> items;
  for (std::size_t i = 0; i < std::min(warnings.size(), kMaxBuildWarnings); ++i) {
    items.push_back({text(warnings[i])});
  }
  document.push_back(paragraph({ours("Warnings of the build:")}));
  document.push_back(list_of(std::move(items)));
}

void add_tags(Document& document, const plan::TargetPlan& planned, const TargetResult& target) {
  if (planned.build.tags.empty() || target.status != Status::built) {
    return;
  }
  Line line{ours(target.pushed ? "Pushed as " : "Tagged ")};
  for (std::size_t i = 0; i < planned.build.tags.size(); ++i) {
    line.push_back(ours(i == 0 ? "" : ", "));
    line.push_back(code(planned.build.tags[i]));
  }
  line.push_back(ours("."));
  document.push_back(paragraph(std::move(line)));
}

Block details_of(const plan::TargetPlan& planned, const TargetResult& target) {
  Block block{.kind = Block::Kind::details,
              .line = {code(planned.name), ours(": caches looked for, slowest steps")}};
  add_candidates(block.blocks, planned);
  add_first_miss(block.blocks, target);
  add_mounts(block.blocks, target);
  add_slowest(block.blocks, target);
  add_build_warnings(block.blocks, target);
  add_tags(block.blocks, planned, target);
  return block;
}

Block context(const plan::Plan& plan) {
  Line line;
  if (!plan.git.head.empty()) {
    line = {ours("Commit "), code(core::short_id(plan.git.head)), ours(", trust level ")};
  } else {
    line = {ours("Trust level ")};
  }
  line.insert(line.end(),
              {code(std::string(config::word_of(plan.trust.level))),
               ours(" ("),
               text(plan.trust.reason),
               ours(").")});
  return paragraph(std::move(line));
}

void add_phases(Document& document, const RunResult& result) {
  std::chrono::milliseconds longest{0};
  for (const auto& [name, duration] : result.phases) {
    longest = std::max(longest, duration);
  }
  if (longest.count() == 0) {
    return;
  }
  Table table{{"phase", "time"}, {}};
  for (const auto& [name, duration] : result.phases) {
    table.rows.push_back({{ours(name)}, duration_cell(duration, longest)});
  }
  document.push_back(table_of(std::move(table)));
}

}  // namespace

Document summary_document(const plan::Plan& plan, const RunResult& result, bool full) {
  Document document{heading({ours("buildcache — "), text(headline(plan, result))}),
                    target_table(plan, result)};
  add_not_built(document, result);
  add_notices(document, plan, result);
  if (!full) {
    return document;
  }
  document.push_back(context(plan));
  add_phases(document, result);
  for (std::size_t i = 0; i < result.targets.size() && i < plan.targets.size(); ++i) {
    document.push_back(details_of(plan.targets[i], result.targets[i]));
  }
  return document;
}

bool is_noteworthy(const plan::Plan& plan, const RunResult& result) {
  const bool ran = std::ranges::any_of(result.targets, [](const TargetResult& target) {
    return target.status != Status::built ||
           target.product.cached_steps() < target.product.total_steps();
  });
  return ran || std::ranges::any_of(all_notices(plan, result), [](const core::Notice& notice) {
           return notice.severity == core::Severity::warning;
         });
}

}  // namespace buildcache::report
