#include "report/live_rows.hpp"

#include "core/text.hpp"
#include "report/display_width.hpp"
#include "report/step_news.hpp"

#include <algorithm>
#include <utility>

namespace buildcache::report {

namespace {

constexpr std::size_t kKeptLines = 40;
// Beside a name a status narrower than this tells nothing.
constexpr std::size_t kLeastStatus = 12;

std::string row_of_step(const LiveStep& step,
                        bool several_targets,
                        std::chrono::milliseconds now,
                        std::size_t columns) {
  const std::string target =
      several_targets ? "[" + core::printable(step.target) + "] " : std::string();
  const std::string elapsed = core::human_duration(now - step.since);
  std::string row = step_line("running", elapsed, target + step.name);
  if (step.status.empty()) {
    return cut_to_width(row, columns);
  }
  // The name gives way, but keeps two thirds of the row.
  row = cut_to_width(row, std::max(columns * 2 / 3, std::min(columns, kLeastStatus)));
  const std::size_t used = display_width(row) + 3;
  if (used + kLeastStatus > columns) {
    return row;
  }
  return row + " | " + cut_to_width(step.status, columns - used);
}

}  // namespace

void LiveSteps::take(const std::string& target,
                     const docker::Event& event,
                     std::chrono::milliseconds now) {
  LiveStep& step = row_of(target, event, now);
  if (event.kind == docker::EventKind::log) {
    take_output(step, event);
  } else if (event.kind == docker::EventKind::status) {
    take_transfer(step, event);
  }
}

LiveStep& LiveSteps::row_of(const std::string& target,
                            const docker::Event& event,
                            std::chrono::milliseconds now) {
  std::string source = source_of(target, event);
  const auto found = std::ranges::find(steps_, source, &LiveStep::source);
  if (found != steps_.end()) {
    return *found;
  }
  LiveStep& step = steps_.emplace_back();
  step.source = std::move(source);
  step.target = target;
  step.name = step_name(event);
  step.transfer_only = event.kind == docker::EventKind::status;
  step.since = now;
  return step;
}

void LiveSteps::take_output(LiveStep& step, const docker::Event& event) {
  for (std::string& text : lines_.feed(step.source, event.text)) {
    step.status = text;
    step.output.push_back(std::move(text));
    if (step.output.size() > kKeptLines) {
      step.output.pop_front();
      ++step.forgotten;
    }
  }
}

void LiveSteps::take_transfer(LiveStep& step, const docker::Event& event) {
  step.status = harmless(event.text);
  if (!event.done) {
    step.transfers.insert(event.status);
    return;
  }
  step.transfers.erase(event.status);
  if (step.transfer_only && step.transfers.empty()) {
    (void)end(std::string(step.source));
  }
}

LastOutput LiveSteps::end(const std::string& source) {
  LastOutput last;
  const auto step = std::ranges::find(steps_, source, &LiveStep::source);
  if (step != steps_.end()) {
    last.lines.assign(step->output.begin(), step->output.end());
    last.forgotten = step->forgotten;
    steps_.erase(step);
  }
  std::string unfinished = lines_.finish(source);
  if (!unfinished.empty()) {
    last.lines.push_back(std::move(unfinished));
  }
  return last;
}

void LiveSteps::end_target(const std::string& target) {
  std::vector<std::string> sources;
  for (const LiveStep& step : steps_) {
    if (step.target == target) {
      sources.push_back(step.source);
    }
  }
  for (const std::string& source : sources) {
    (void)end(source);
  }
}

std::vector<std::string> live_rows(const std::list<LiveStep>& steps,
                                   bool several_targets,
                                   std::chrono::milliseconds now,
                                   std::size_t most,
                                   std::size_t columns) {
  const std::size_t shown =
      steps.size() <= most ? steps.size() : most - std::min<std::size_t>(most, 1);
  std::vector<std::string> rows;
  for (const LiveStep& step : steps) {
    if (rows.size() == shown) {
      break;
    }
    rows.push_back(row_of_step(step, several_targets, now, columns));
  }
  if (shown < steps.size() && rows.size() < most) {
    rows.push_back(cut_to_width(
        step_line("", "", "and " + std::to_string(steps.size() - shown) + " more steps"), columns));
  }
  return rows;
}

}  // namespace buildcache::report
