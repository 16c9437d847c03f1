#include <algorithm>
#include <string>
#include <vector>

#include "core/text.hpp"
#include "report/plan_report.hpp"
#include "report/style.hpp"
#include "store/spec.hpp"

namespace buildcache::report {

namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) {
    text.resize(width, ' ');
  }
  return text;
}

std::string line(std::string_view label, const std::string& value) {
  return "  " + padded(std::string(label), 9) + core::printable(value) + "\n";
}

std::string base_line(std::string_view label, const std::optional<git::BasePoint>& base) {
  if (!base) {
    return {};
  }
  return line(label, core::short_id(base->commit) + " (" + base->source + ")");
}

std::string event_words(const plan::Plan& plan) {
  std::string words(ci::word_of(plan.ci.event));
  if (plan.ci.change) {
    words += " #" + plan.ci.change->number + " into " + plan.ci.change->base_branch;
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
  text += line("trust", trust_words(plan.trust));
  const std::string& builder = plan.builder.name;
  text += line("builder", (builder.empty() ? "default" : builder) + " (" + plan.builder.driver + ")" +
                              (plan.capabilities.assumed ? ", assumed: no engine was asked" : ""));
  return text;
}

std::string verdict_word(store::Verdict verdict, const Style& style) {
  const std::string word = padded(std::string(store::word_of(verdict)), 13);
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

// Runs of candidates that a walk proposed and that are plainly absent are one line.
bool is_dull(const plan::ProbedCandidate& probed) {
  const store::Verdict verdict = probed.answer.verdict;
  return !probed.chosen && probed.candidate.rule == "merge-base" &&
         (verdict == store::Verdict::absent || verdict == store::Verdict::skipped);
}

std::string candidate_line(const plan::ProbedCandidate& probed, const Style& style) {
  std::string text = std::string("    ") + (probed.chosen ? style.good("use ") : "    ");
  text += padded(probed.candidate.rule, 12) + verdict_word(probed.answer.verdict, style);
  text += core::printable(store::display(probed.candidate.ref));
  text += style.dim("  " + core::printable(probed.candidate.why));
  if (!probed.answer.reason.empty() && probed.answer.verdict != store::Verdict::found) {
    text += "\n" + std::string(33, ' ') + core::printable(probed.answer.reason);
  }
  return text + "\n";
}

std::string candidates_text(const plan::TargetPlan& target, const Style& style) {
  std::string text;
  const auto& all = target.candidates;
  for (std::size_t i = 0; i < all.size();) {
    std::size_t end = i;
    while (end < all.size() && is_dull(all[end]) &&
           all[end].answer.verdict == all[i].answer.verdict) {
      ++end;
    }
    if (end - i < 3) {
      text += candidate_line(all[i], style);
      ++i;
      continue;
    }
    text += "        " + padded("merge-base", 12) + verdict_word(all[i].answer.verdict, style);
    text += style.dim(std::to_string(end - i) + " commits, from " +
                      core::printable(all[i].candidate.why)) +
            "\n";
    i = end;
  }
  return text.empty() ? "    nothing: the fallback list proposes no cache here\n" : text;
}

std::string writes_text(const plan::TargetPlan& target) {
  if (!target.cache_export) {
    return "    nothing: " + core::printable(target.no_export_why) + "\n";
  }
  std::string text;
  for (const plan::CacheWrite& write : target.cache_export->writes) {
    text += "        " + padded(std::string(config::word_of(write.scope)), 12) +
            core::printable(store::display(write.ref)) +
            (write.current ? "  (already carries this commit)" : "") + "\n";
  }
  return text;
}

std::string target_text(const plan::TargetPlan& target, const Style& style) {
  std::string text = "\n" + style.bold("target " + core::printable(target.name)) + "\n";
  text += "  looks for\n" + candidates_text(target, style);
  if (target.cache_from.empty()) {
    text += "  builds without a cache of ours\n";
  }
  text += "  writes\n" + writes_text(target);
  for (const std::string& tag : target.build.tags) {
    text += "  " + padded(target.build.push ? "pushes" : "tags", 9) + core::printable(tag) + "\n";
  }
  if (!target.build.push_skipped_why.empty()) {
    text += "  no push: " + core::printable(target.build.push_skipped_why) + "\n";
  }
  return text;
}

}  // namespace

std::string plan_text(const plan::Plan& plan, bool colour) {
  const Style style(colour);
  std::string text = style.bold("plan") + "\n" + header(plan);
  for (const plan::TargetPlan& target : plan.targets) {
    text += target_text(target, style);
  }
  return text;
}

}  // namespace buildcache::report
