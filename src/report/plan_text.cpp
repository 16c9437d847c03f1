#include "core/text.hpp"
#include "report/candidate_groups.hpp"
#include "report/output_lines.hpp"
#include "report/plan_report.hpp"
#include "report/style.hpp"
#include "store/spec.hpp"

#include <string>
#include <utility>
#include <vector>

namespace buildcache::report {

namespace {

constexpr std::size_t kLabelWidth = 11;

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) {
    text.resize(width, ' ');
  }
  return text;
}

std::string line(std::string_view label, const std::string& value) {
  return "  " + padded(std::string(label), kLabelWidth) + core::printable(value) + "\n";
}

std::string base_line(std::string_view label, const std::optional<git::BasePoint>& base) {
  if (!base) {
    return {};
  }
  return line(label, core::short_id(base->commit) + " (" + base->source + ")");
}

std::string history_line(const std::optional<git::MoreAsked>& asked) {
  if (!asked) {
    return {};
  }
  if (!asked->trouble.empty()) {
    return line("history", "not fetched: " + asked->trouble);
  }
  return line("history",
              asked->source == git::step::kFetchedHistory
                  ? "fetched, " + std::to_string(asked->depth) + " commits deep"
                  : "told by the " + asked->source);
}

std::string event_words(const plan::Plan& plan) {
  std::string words(ci::word_of(plan.ci.event));
  if (plan.ci.change) {
    words += " #" + plan.ci.change->number;
    words += plan.ci.change->head_branch.empty() ? "" : " of " + plan.ci.change->head_branch;
    words += " into " + plan.ci.change->base_branch;
    words += plan.ci.change->fork ? ", from a fork" : "";
  }
  return words + " (" + std::string(ci::word_of(plan.ci.provider)) + ")";
}

std::string commit_words(const plan::Plan& plan) {
  if (plan.git.head.empty()) {
    return "none: no git repository, or no commit yet";
  }
  std::string words = core::short_id(plan.git.head);
  words += plan.branch.empty() ? "" : " on " + plan.branch;
  return words + (plan.git.dirty ? ", with uncommitted changes" : "");
}

std::string trust_words(const plan::Trust& trust) {
  std::string scopes;
  for (const config::WriteScope scope : trust.write) {
    scopes += (scopes.empty() ? "" : ", ") + std::string(config::word_of(scope));
  }
  return std::string(config::word_of(trust.level)) + " (" + trust.reason + "); writes " +
         (scopes.empty() ? "nothing" : scopes);
}

std::string header(const plan::Plan& plan) {
  std::string text = line("event", event_words(plan));
  text += line("commit", commit_words(plan));
  text += base_line("base", plan.git.tree_base);
  if (plan.git.fork_point && plan.git.tree_base &&
      plan.git.fork_point->commit != plan.git.tree_base->commit) {
    text += base_line("forked at", plan.git.fork_point);
  }
  text += history_line(plan.git.more_asked);
  text += line("trust", trust_words(plan.trust));
  const std::string& builder = plan.builder.name;
  text += line("builder",
               (!builder.empty()      ? builder
                : plan.builder.create ? "one made for this run"
                                      : "default") +
                   " (" + plan.builder.driver + ")" +
                   (plan.capabilities.assumed ? ", assumed: no engine was asked" : ""));
  return text;
}

constexpr std::size_t kStepWidth = 17;

std::string ladder_text(const git::Facts& git, const Style& style) {
  std::string text = "\n" + style.bold("bases") + "\n";
  if (git.ladder.empty()) {
    return text +
           "  none is looked for: the run is for the default branch, a tag or a release, or the "
           "fallback list has no merge-base\n";
  }
  for (const git::LadderStep& step : git.ladder) {
    text += "  " + padded(step.step, kStepWidth);
    text += step.answered ? style.good(core::printable(step.words))
                          : style.dim(core::printable(step.words));
    text += "\n";
  }
  return text;
}

constexpr std::size_t kIdsInLine = 5;

std::string walk_text(std::string_view label, const std::vector<std::string>& walk) {
  if (walk.empty()) {
    return {};
  }
  std::string text = "  " + padded(std::string(label), kStepWidth) + std::to_string(walk.size()) +
                     (walk.size() == 1 ? " commit" : " commits");
  for (std::size_t i = 0; i < walk.size(); ++i) {
    text += i % kIdsInLine == 0 ? "\n" + std::string(2 + kStepWidth, ' ') : " ";
    text += core::short_id(walk[i]);
  }
  return text + "\n";
}

std::string walks_text(const git::Facts& git, const Style& style) {
  std::string text;
  text += git.tree_base ? walk_text("tree base", git.tree_base->walk) : "";
  text += git.fork_point ? walk_text("fork point", git.fork_point->walk) : "";
  text += walk_text("before HEAD", git.head_walk);
  return "\n" + style.bold("commits walked, first parents") + "\n" +
         (text.empty() ? "  none\n" : text);
}

constexpr std::size_t kVerdictWidth = 13;

std::string verdict_word(store::Verdict verdict, const Style& style) {
  const std::string word = padded(std::string(store::word_of(verdict)), kVerdictWidth);
  switch (verdict) {
    case store::Verdict::found:
      return style.good(word);
    case store::Verdict::absent:
    case store::Verdict::skipped:
    case store::Verdict::unknown:
      return style.dim(word);
    default:
      return style.caution(word);
  }
}

// Label, rule and verdict stand in columns; what follows them begins here.
constexpr std::size_t kRuleWidth = 12;
constexpr std::size_t kIndent = 8 + kRuleWidth + kVerdictWidth;

std::string candidate_line(const plan::ProbedCandidate& probed, const Style& style) {
  std::string text = std::string("    ") + (probed.chosen ? style.good("use ") : "    ");
  text += padded(core::printable(probed.candidate.rule), kRuleWidth);
  text += verdict_word(probed.answer.verdict, style);
  text += core::printable(store::display(probed.candidate.ref));
  text +=
      "\n" + std::string(kIndent, ' ') + style.dim(core::printable(candidate_words(probed))) + "\n";
  return text;
}

std::string group_line(const std::vector<plan::ProbedCandidate>& candidates,
                       const CandidateGroup& group,
                       const Style& style) {
  const plan::ProbedCandidate& first = candidates[group.first];
  const plan::ProbedCandidate& last = candidates[group.first + group.count - 1];
  return "        " + padded(core::printable(first.candidate.rule), kRuleWidth) +
         verdict_word(first.answer.verdict, style) + std::to_string(group.count) + " caches\n" +
         std::string(kIndent, ' ') +
         style.dim(core::printable("from " + first.candidate.why + " to " + last.candidate.why)) +
         "\n";
}

std::string every_candidate(const plan::TargetPlan& target, const Style& style) {
  std::string text;
  for (const plan::ProbedCandidate& probed : target.candidates) {
    text += candidate_line(probed, style);
  }
  for (const plan::SilentRule& silent : target.silent_rules) {
    text += "        " + padded(core::printable(silent.rule), kRuleWidth) +
            style.dim("proposes none: " + core::printable(silent.why)) + "\n";
  }
  return text;
}

std::string candidates_text(const plan::TargetPlan& target, const Style& style, Detail detail) {
  std::string text;
  if (detail == Detail::everything) {
    text = every_candidate(target, style);
  } else {
    for (const CandidateGroup& group : candidate_groups(target.candidates)) {
      text += group.count == 1 ? candidate_line(target.candidates[group.first], style)
                               : group_line(target.candidates, group, style);
    }
  }
  return text.empty() ? "    nothing: the fallback list proposes no cache here\n" : text;
}

std::string writes_text(const plan::TargetPlan& target) {
  if (target.exports.empty()) {
    return "    nothing: " + core::printable(target.no_export_why) + "\n";
  }
  std::string text;
  for (const plan::CacheExport& one : target.exports) {
    for (const plan::CacheWrite& write : one.writes) {
      text += "        " + padded(std::string(config::word_of(write.scope)), kRuleWidth) +
              core::printable(store::display(write.ref)) +
              (write.current ? "  (already carries this commit)" : "") + "\n";
    }
  }
  return text;
}

std::string mount_places(const std::vector<store::CacheRef>& refs) {
  std::string text;
  for (const store::CacheRef& ref : refs) {
    text += (text.empty() ? "" : ", ") + store::display(ref);
  }
  return text;
}

std::string mounts_text(const plan::TargetPlan& target) {
  std::string text;
  for (const plan::MountPlan& mount : target.mounts) {
    text += "        " + core::printable(mount.mount.identity.id) + "\n";
    if (!mount.why_not.empty()) {
      text += "          left alone: " + core::printable(mount.why_not) + "\n";
      continue;
    }
    const std::string restore = mount_places(mount.restore);
    const std::string save =
        mount.save.empty() ? "nowhere: " + mount.no_save_why : mount_places(mount.save);
    text += "          restored from " + core::printable(restore.empty() ? "nowhere" : restore) +
            "\n          saved to " + core::printable(save) + "\n";
  }
  return text.empty() ? "" : "  cache mounts\n" + text;
}

std::string target_text(const plan::TargetPlan& target, const Style& style, Detail detail) {
  std::string text = "\n" + style.bold("target " + core::printable(target.name)) + "\n";
  text += "  looks for\n" + candidates_text(target, style, detail);
  if (target.cache_from.empty()) {
    text += "  builds without a cache of ours\n";
  }
  text += "  writes\n" + writes_text(target) + mounts_text(target);
  for (const std::string& tag : target.build.tags) {
    text += "  " + padded(target.build.push ? "pushes" : "tags", kLabelWidth) +
            core::printable(tag) + "\n";
  }
  if (!target.build.push_skipped_why.empty()) {
    text += "  no push: " + core::printable(target.build.push_skipped_why) + "\n";
  }
  return text;
}

}  // namespace

std::string plan_text(const plan::Plan& plan, bool colour, Detail detail) {
  const Style style(colour);
  std::string text = header(plan);
  if (detail == Detail::everything) {
    text += ladder_text(plan.git, style) + walks_text(plan.git, style);
  }
  for (const plan::TargetPlan& target : plan.targets) {
    text += target_text(target, style, detail);
  }
  return harmless_lines(std::move(text));
}

}  // namespace buildcache::report
