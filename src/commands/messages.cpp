#include "commands/messages.hpp"

#include "report/output_lines.hpp"

namespace buildcache::commands {

namespace {

std::string with_advice(std::string line, std::string_view label, const std::string& advice) {
  line = report::harmless(line) + "\n";
  if (!advice.empty()) {
    line += "  " + std::string(label) + ": " + report::harmless(advice) + "\n";
  }
  return line;
}

std::string where(const core::Position& position) {
  std::string text = position.file;
  if (position.line > 0) {
    text += ":" + std::to_string(position.line);
    if (position.column > 0) {
      text += ":" + std::to_string(position.column);
    }
  }
  return text.empty() ? text : text + ": ";
}

}  // namespace

std::string error_line(const core::Error& error) {
  const std::string place = error.position ? where(*error.position) : std::string();
  return with_advice("error: " + place + error.message, "hint", error.hint);
}

std::string notice_line(const core::Notice& notice) {
  const char* label = notice.severity == core::Severity::warning ? "warning: " : "notice: ";
  const std::string target = notice.target.empty() ? std::string() : notice.target + ": ";
  return with_advice(label + target + notice.message, "remedy", notice.remedy);
}

}  // namespace buildcache::commands
