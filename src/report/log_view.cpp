#include <map>
#include <mutex>
#include <utility>

#include "core/text.hpp"
#include "report/output_lines.hpp"
#include "report/progress_view.hpp"

namespace buildcache::report {

namespace {

constexpr std::size_t kMaxName = 160;

// A log nobody can scroll back in: every line tells whose it is. Build output stands behind "| ", so
// that no line of it can begin with "::".
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
    const std::string source = target + '\0' + event.vertex;
    switch (event.kind) {
      case docker::EventKind::log:
        for (const std::string& line : lines_.feed(source, event.text)) {
          print_output(target, event, line);
        }
        break;
      case docker::EventKind::cached:
        print(target, "cached  " + name_of(event));
        break;
      case docker::EventKind::completed:
        flush(target, source, event);
        print(target, "done    " + name_of(event) + " " + core::human_duration(event.duration));
        break;
      case docker::EventKind::failed:
        flush(target, source, event);
        print(target, "FAILED  " + name_of(event) + ": " + harmless(event.text));
        break;
      case docker::EventKind::warning:
        print(target, "warning " + harmless(event.text));
        break;
      case docker::EventKind::plain:
        print(target, "buildx  " + harmless(event.text));
        break;
      case docker::EventKind::started:
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
  static std::string name_of(const docker::Event& event) {
    return core::shortened(harmless(event.name), kMaxName);
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
    const std::string source = target + '\0' + event.vertex;
    if (source != speaking_) {
      print(target, "running " + name_of(event));
      speaking_ = source;
    }
    sink_(prefix(target) + "        | " + line + "\n");
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
  std::string speaking_;
};

}  // namespace

std::unique_ptr<ProgressView> make_log_view(Sink sink, bool several_targets) {
  return std::make_unique<LogView>(std::move(sink), several_targets);
}

}  // namespace buildcache::report
