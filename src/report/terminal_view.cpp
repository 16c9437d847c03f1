#include <algorithm>
#include <deque>
#include <list>
#include <mutex>
#include <utility>

#include "core/text.hpp"
#include "report/output_lines.hpp"
#include "report/progress_view.hpp"
#include "report/style.hpp"

namespace buildcache::report {

namespace {

constexpr std::size_t kKeptLines = 40;
constexpr std::chrono::milliseconds kRedrawPause{60};

// A step that runs now.
struct Running {
  std::string source;  // target and vertex
  std::string target;
  std::string name;
  std::string status;  // the last line of output, or what is transferred
  std::deque<std::string> output;
  std::chrono::milliseconds since{0};
};

class TerminalView : public ProgressView {
 public:
  TerminalView(Sink sink, TerminalSize size, std::function<std::chrono::milliseconds()> now)
      : sink_(std::move(sink)), size_(size), now_(std::move(now)) {}

  void target_started(const std::string& target) override {
    const std::lock_guard lock(mutex_);
    above(style_.bold(core::printable(target)));
  }

  void event(const std::string& target, const docker::Event& event) override {
    const std::lock_guard lock(mutex_);
    const std::string source = target + '\0' + event.vertex;
    switch (event.kind) {
      case docker::EventKind::started:
        start(source, target, event);
        break;
      case docker::EventKind::log:
        take_output(source, event);
        break;
      case docker::EventKind::status:
        if (Running* step = find(source)) {
          step->status = harmless(event.text);
        }
        break;
      case docker::EventKind::cached:
        end(source);
        above(style_.good("cached ") + fit(target, event.name));
        break;
      case docker::EventKind::completed:
        end(source);
        above(style_.good("done   ") + fit(target, event.name) + " " +
              core::human_duration(event.duration));
        break;
      case docker::EventKind::failed:
        show_failure(source, target, event);
        break;
      case docker::EventKind::warning:
        above(style_.caution("warning ") + harmless(event.text));
        break;
      case docker::EventKind::plain:
        break;
    }
    redraw(false);
  }

  void target_finished(const std::string& target, const std::string& note) override {
    const std::lock_guard lock(mutex_);
    std::erase_if(running_, [&](const Running& step) { return step.target == target; });
    above(style_.bold(core::printable(target)) + ": " + harmless(note));
    redraw(true);
  }

  void line(std::string_view text) override {
    const std::lock_guard lock(mutex_);
    above(harmless(text));
    redraw(false);
  }

  void tick() override {
    const std::lock_guard lock(mutex_);
    redraw(true);
  }

 private:
  [[nodiscard]] std::size_t columns() const {
    return static_cast<std::size_t>(std::max(size_.columns, 20));
  }

  [[nodiscard]] std::string fit(const std::string& target, const std::string& name) const {
    return core::shortened(core::printable(target) + " " + harmless(name), columns() - 18);
  }

  Running* find(const std::string& source) {
    const auto found = std::ranges::find(running_, source, &Running::source);
    return found == running_.end() ? nullptr : &*found;
  }

  void start(const std::string& source, const std::string& target, const docker::Event& event) {
    if (find(source) == nullptr) {
      running_.push_back({source, target, event.name, "", {}, now_()});
    }
  }

  void take_output(const std::string& source, const docker::Event& event) {
    Running* step = find(source);
    for (std::string& text : lines_.feed(source, event.text)) {
      if (step == nullptr) {
        continue;
      }
      step->status = text;
      step->output.push_back(std::move(text));
      if (step->output.size() > kKeptLines) {
        step->output.pop_front();
      }
    }
  }

  void end(const std::string& source) {
    (void)lines_.finish(source);
    std::erase_if(running_, [&](const Running& step) { return step.source == source; });
  }

  // A failed step's output scrolls away above, where it can be read.
  void show_failure(const std::string& source,
                    const std::string& target,
                    const docker::Event& event) {
    if (const Running* step = find(source)) {
      for (const std::string& text : step->output) {
        above("  | " + text);
      }
    }
    end(source);
    above(style_.bad("FAILED ") + fit(target, event.name));
    above("  " + harmless(event.text));
  }

  // Prints a line above the live picture, which is drawn again below it.
  void above(const std::string& text) {
    pending_ += text + "\n";
    redraw(true);
  }

  void redraw(bool now) {
    const auto time = now_();
    if (!now && time - drawn_at_ < kRedrawPause) {
      return;
    }
    drawn_at_ = time;
    std::string frame;
    if (drawn_lines_ > 0) {
      frame += "\x1b[" + std::to_string(drawn_lines_) + "A\x1b[J";
    }
    frame += std::exchange(pending_, {});
    drawn_lines_ = 0;
    const auto most = static_cast<std::size_t>(std::max(size_.rows - 2, 1));
    for (const Running& step : running_) {
      if (drawn_lines_ == most) {
        break;
      }
      frame += running_line(step, time) + "\n";
      ++drawn_lines_;
    }
    sink_(frame);
  }

  [[nodiscard]] std::string running_line(const Running& step,
                                         std::chrono::milliseconds time) const {
    const std::string elapsed = core::human_duration(time - step.since);
    const std::string left =
        core::shortened(core::printable(step.target) + " " + harmless(step.name), columns() / 2);
    const std::size_t used = columns() / 2 + elapsed.size() + 12;
    const std::size_t room = columns() > used ? columns() - used : 0;
    const std::string right = room > 8 ? core::shortened(step.status, room) : std::string();
    return "running " + left + " " + elapsed + (right.empty() ? "" : "  " + style_.dim(right));
  }

  Sink sink_;
  TerminalSize size_;
  std::function<std::chrono::milliseconds()> now_;
  std::mutex mutex_;
  Style style_{true};
  OutputLines lines_;
  std::list<Running> running_;
  std::string pending_;
  std::size_t drawn_lines_ = 0;
  std::chrono::milliseconds drawn_at_{0};
};

}  // namespace

std::unique_ptr<ProgressView> make_terminal_view(Sink sink,
                                                 TerminalSize size,
                                                 std::function<std::chrono::milliseconds()> now) {
  return std::make_unique<TerminalView>(std::move(sink), size, std::move(now));
}

}  // namespace buildcache::report
