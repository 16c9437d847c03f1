#include "core/text.hpp"
#include "report/output_lines.hpp"
#include "report/progress_view.hpp"
#include "report/step_news.hpp"

#include <map>
#include <mutex>
#include <utility>

namespace buildcache::report {

namespace {

// Every line tells whose it is, for a log that is read while targets build side by side. Build
// output stands behind "| ", so that no line of it can begin with "::".
class LogView : public ProgressView {
 public:
  LogView(Sink sink, bool several_targets)
      : sink_(std::move(sink)), several_targets_(several_targets) {}

  void target_started(const std::string& target) override {
    const std::lock_guard lock(mutex_);
    print(target, "building");
  }

  void event(const std::string& target, const docker::Event& event) override {
    const std::lock_guard lock(mutex_);
    const std::string source = source_of(target, event);
    switch (event.kind) {
      case docker::EventKind::started:
        news_.start(source);
        if (event.vertex_kind == docker::VertexKind::step) {
          announce(target, source, event);
        }
        break;
      case docker::EventKind::log:
        for (const std::string& line : lines_.feed(source, event.text)) {
          print_output(target, event, line);
        }
        break;
      case docker::EventKind::cached:
      case docker::EventKind::completed:
        flush(target, source, event);
        show_end(target, source, event);
        break;
      case docker::EventKind::failed:
        flush(target, source, event);
        print(target,
              step_line(is_cache_trouble(event) ? "warning" : "FAILED", "", step_name(event)) +
                  ": " + harmless(event.text));
        break;
      case docker::EventKind::warning:
        print(target, step_line("warning", "", harmless(event.text)));
        break;
      case docker::EventKind::plain:
        print(target, step_line("buildx", "", harmless(event.text)));
        break;
      case docker::EventKind::status:
        break;
    }
  }

  void target_finished(const std::string& target, const std::string& note) override {
    const std::lock_guard lock(mutex_);
    print(target, harmless(note));
  }

  void line(std::string_view text) override {
    const std::lock_guard lock(mutex_);
    sink_(harmless(text) + "\n");
  }

 private:
  void show_end(const std::string& target, const std::string& source, const docker::Event& event) {
    if (!news_.is_news(source, event)) {
      return;
    }
    const bool cached = event.kind == docker::EventKind::cached;
    const std::string time = cached ? "" : core::human_duration(event.duration);
    print(target, step_line(cached ? "cached" : "done", time, step_name(event)));
  }

  // What the step prints stands under this line.
  void announce(const std::string& target, const std::string& source, const docker::Event& event) {
    print(target, step_line("running", "", step_name(event)));
    speaking_ = source;
  }

  void flush(const std::string& target, const std::string& source, const docker::Event& event) {
    const std::string rest = lines_.finish(source);
    if (!rest.empty()) {
      print_output(target, event, rest);
    }
  }

  // Names the step once, and again after another step's output came between.
  void print_output(const std::string& target,
                    const docker::Event& event,
                    const std::string& line) {
    const std::string source = source_of(target, event);
    if (source != speaking_) {
      announce(target, source, event);
    }
    sink_(prefix(target) + step_line("", "", "| " + line) + "\n");
  }

  void print(const std::string& target, const std::string& text) {
    speaking_.clear();
    sink_(prefix(target) + text + "\n");
  }

  [[nodiscard]] std::string prefix(const std::string& target) const {
    return several_targets_ ? "[" + core::printable(target) + "] " : std::string();
  }

  Sink sink_;
  bool several_targets_;
  std::mutex mutex_;
  OutputLines lines_;
  StepNews news_;
  std::string speaking_;
};

}  // namespace

std::unique_ptr<ProgressView> make_log_view(Sink sink, bool several_targets) {
  return std::make_unique<LogView>(std::move(sink), several_targets);
}

}  // namespace buildcache::report
