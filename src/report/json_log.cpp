#include "report/json_log.hpp"

#include <fmt/chrono.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>

namespace buildcache::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 3> kLevels{"error", "warning", "notice"};
constexpr std::array<std::string_view, 2> kAdvice{"hint", "remedy"};

std::string rfc3339(std::chrono::system_clock::time_point when) {
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(when.time_since_epoch()).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(when)),
                     milliseconds % 1000);
}

// Whether the line begins with "label: ", which is taken off.
bool take_label(std::string_view& line, std::string_view label) {
  if (!line.starts_with(label) || !line.substr(label.size()).starts_with(": ")) {
    return false;
  }
  line.remove_prefix(label.size() + 2);
  return true;
}

class Writer {
 public:
  explicit Writer(std::string time) : time_(std::move(time)) {}

  void add(std::string_view line) {
    line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
    if (line.starts_with("::") || line.starts_with("\x1b[0Ksection_")) {
      finish();
      text_ += std::string(line) + "\n";
      return;
    }
    const std::size_t indent = line.find_first_not_of(" \t");
    if (indent == std::string_view::npos) {
      return;
    }
    std::string_view words = line.substr(indent);
    for (const std::string_view advice : kAdvice) {
      if (!object_.is_null() && object_["level"] != "info" && take_label(words, advice)) {
        object_[std::string(advice)] = std::string(words);
        return;
      }
    }
    for (const std::string_view level : kLevels) {
      if (take_label(words, level)) {
        begin(level, words);
        return;
      }
    }
    begin("info", line);
  }

  std::string text() {
    finish();
    return std::move(text_);
  }

 private:
  void begin(std::string_view level, std::string_view message) {
    finish();
    object_ = {{"time", time_}, {"level", level}, {"message", message}};
  }

  void finish() {
    if (!object_.is_null()) {
      text_ += object_.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
      object_ = nullptr;
    }
  }

  std::string time_;
  Json object_;
  std::string text_;
};

}  // namespace

std::string json_log(std::string_view text, std::chrono::system_clock::time_point now) {
  Writer writer(rfc3339(now));
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    writer.add(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return writer.text();
}

}  // namespace buildcache::report
