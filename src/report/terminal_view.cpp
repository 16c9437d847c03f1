#include "core/text.hpp"
#include "report/display_width.hpp"
#include "report/live_rows.hpp"
#include "report/output_lines.hpp"
#include "report/progress_view.hpp"
#include "report/step_news.hpp"
#include "report/style.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace buildcache::report {

namespace {

constexpr std::chrono::milliseconds kRedrawPause{60};

// Finished lines scroll away above; the live rows below them are taken back and drawn again. Every
// line is broken here to one column less than there are, so that the terminal never does it and the
// rows to take back are those that were written.
class TerminalView : public ProgressView {
 public:
  TerminalView(Sink sink,
               TerminalSize size,
               std::function<std::chrono::milliseconds()> now,
               bool several_targets)
      : sink_(std::move(sink)),
        columns_(static_cast<std::size_t>(std::max(size.columns - 1, 1))),
        most_rows_(static_cast<std::size_t>(std::max(size.rows - 1, 0))),
        now_(std::move(now)),
        several_targets_(several_targets) {}
  TerminalView(const TerminalView&) = delete;
  TerminalView& operator=(const TerminalView&) = delete;

  ~TerminalView() override {
    if (drawn_rows_ > 0 || !pending_.empty()) {
      sink_(erasure() + pending_);
    }
  }

  void target_started(const std::string& target) override {
    const std::lock_guard lock(mutex_);
    above(step_line("building", "", core::printable(target)), &Style::bold);
    redraw(Redraw::now);
  }

  void event(const std::string& target, const docker::Event& event) override {
    const std::lock_guard lock(mutex_);
    switch (event.kind) {
      case docker::EventKind::started:
        news_.start(source_of(target, event));
        live_.take(target, event, now_());
        break;
      case docker::EventKind::log:
      case docker::EventKind::status:
        live_.take(target, event, now_());
        break;
      case docker::EventKind::cached:
      case docker::EventKind::completed:
        show_end(target, event);
        break;
      case docker::EventKind::failed:
        show_failure(target, event);
        break;
      case docker::EventKind::warning:
        above(labelled(target, "warning", event.text), &Style::caution);
        break;
      case docker::EventKind::plain:
        above(labelled(target, "buildx", event.text), &Style::dim);
        break;
    }
    redraw(Redraw::when_due);
  }

  void target_finished(const std::string& target, const std::string& note) override {
    const std::lock_guard lock(mutex_);
    live_.end_target(target);
    above(core::printable(target) + ": " + harmless(note), &Style::bold);
    redraw(Redraw::now);
  }

  void line(std::string_view text) override {
    const std::lock_guard lock(mutex_);
    above(harmless(text), nullptr);
    redraw(Redraw::now);
  }

  void tick() override {
    const std::lock_guard lock(mutex_);
    redraw(Redraw::now);
  }

 private:
  enum class Redraw { now, when_due };
  using Colour = std::string (Style::*)(std::string_view) const;

  [[nodiscard]] std::string prefix(const std::string& target) const {
    return several_targets_ ? "[" + core::printable(target) + "] " : std::string();
  }

  [[nodiscard]] std::string labelled(const std::string& target,
                                     std::string_view label,
                                     std::string_view text) const {
    return step_line(label, "", prefix(target) + harmless(text));
  }

  void show_end(const std::string& target, const docker::Event& event) {
    const std::string source = source_of(target, event);
    (void)live_.end(source);
    if (!news_.is_news(source, event)) {
      return;
    }
    const bool cached = event.kind == docker::EventKind::cached;
    const std::string time = cached ? "" : core::human_duration(event.duration);
    const std::string name = prefix(target) + step_name(event);
    const std::string row = step_line(cached ? "cached" : "done", time, name);
    pending_ += style_.good(cut_to_width(row, columns_)) + "\n";
  }

  // A failed step's last output goes above, where it can be read.
  void show_failure(const std::string& target, const docker::Event& event) {
    const LastOutput last = live_.end(source_of(target, event));
    const bool trouble = is_cache_trouble(event);
    if (last.forgotten > 0) {
      above(step_line("", "", std::to_string(last.forgotten) + " lines before are not shown"),
            &Style::dim);
    }
    for (const std::string& text : last.lines) {
      above(step_line("", "", "| " + text), nullptr);
    }
    above(labelled(target, trouble ? "warning" : "FAILED", step_name(event) + ": " + event.text),
          trouble ? &Style::caution : &Style::bad);
  }

  // Takes a line that goes above the live rows with the next redraw, broken where it is too long.
  void above(const std::string& text, Colour colour) {
    for (const std::string& part : broken_to_width(text, columns_)) {
      pending_ += (colour == nullptr ? part : (style_.*colour)(part)) + "\n";
    }
  }

  [[nodiscard]] std::string erasure() const {
    return drawn_rows_ == 0 ? std::string() : "\x1b[" + std::to_string(drawn_rows_) + "A\x1b[J";
  }

  void redraw(Redraw wish) {
    const auto time = now_();
    if (wish == Redraw::when_due && time - drawn_at_ < kRedrawPause) {
      return;
    }
    drawn_at_ = time;
    const auto rows = live_rows(live_.steps(), several_targets_, time, most_rows_, columns_);
    if (pending_.empty() && rows == shown_) {
      return;
    }
    std::string frame = erasure() + std::exchange(pending_, {});
    for (const std::string& row : rows) {
      frame += style_.dim(row) + "\n";
    }
    drawn_rows_ = rows.size();
    shown_ = rows;
    sink_(frame);
  }

  Sink sink_;
  std::size_t columns_;
  std::size_t most_rows_;
  std::function<std::chrono::milliseconds()> now_;
  bool several_targets_;
  std::mutex mutex_;
  Style style_{true};
  LiveSteps live_;
  StepNews news_;
  std::string pending_;
  std::vector<std::string> shown_;
  std::size_t drawn_rows_ = 0;
  std::chrono::milliseconds drawn_at_{0};
};

}  // namespace

std::unique_ptr<ProgressView> make_terminal_view(Sink sink,
                                                 TerminalSize size,
                                                 std::function<std::chrono::milliseconds()> now,
                                                 bool several_targets) {
  return std::make_unique<TerminalView>(std::move(sink), size, std::move(now), several_targets);
}

}  // namespace buildcache::report
