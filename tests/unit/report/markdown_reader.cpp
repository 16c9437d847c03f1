#include "markdown_reader.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <sstream>

namespace buildcache::report {
namespace {

// Follows the HTML of a document: only these tags, properly nested.
class Tags {
 public:
  void read(const std::string& line, std::vector<std::string>& complaints) {
    for (std::size_t at = line.find('<'); at != std::string::npos; at = line.find('<', at + 1)) {
      if (!take(line.substr(at))) {
        complaints.push_back("a tag that is not ours or not in its place: " + line);
      }
    }
  }

  [[nodiscard]] bool closed() const { return open_.empty(); }

 private:
  bool take(const std::string& text) {
    static constexpr std::array<std::string_view, 3> kNames = {"code", "details", "summary"};
    return std::ranges::any_of(
        kNames, [&](std::string_view name) { return take_tag(text, std::string(name)); });
  }

  bool take_tag(const std::string& text, const std::string& name) {
    if (text.starts_with("<" + name + ">")) {
      open_.push_back(name);
      return true;
    }
    if (!text.starts_with("</" + name + ">") || open_.empty() || open_.back() != name) {
      return false;
    }
    open_.pop_back();
    return true;
  }

  std::vector<std::string> open_;
};

std::size_t leading_backticks(const std::string& line) {
  const std::size_t end = line.find_first_not_of('`');
  return end == std::string::npos ? line.size() : end;
}

}  // namespace

std::size_t cells_of(std::string_view row) {
  std::size_t pipes = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i] == '\\') {
      ++i;
    } else if (row[i] == '|') {
      ++pipes;
    }
  }
  return pipes - 1;
}

std::vector<std::string> complaints_about(const std::string& markdown) {
  std::vector<std::string> complaints;
  std::istringstream lines(markdown);
  std::string before;
  std::size_t fence = 0;
  std::optional<std::size_t> width;
  Tags tags;
  for (std::string line; std::getline(lines, line); before = line) {
    if (fence > 0) {
      fence =
          leading_backticks(line) >= fence && leading_backticks(line) == line.size() ? 0 : fence;
      continue;
    }
    tags.read(line, complaints);
    fence = leading_backticks(line) >= 3 ? leading_backticks(line) : 0;
    if (!line.starts_with('|')) {
      width.reset();
      continue;
    }
    if (!width && !before.empty()) {
      complaints.push_back("a table not after a blank line: " + line);
    }
    width = width.value_or(cells_of(line));
    if (cells_of(line) != *width || !line.ends_with('|')) {
      complaints.push_back("another number of cells: " + line);
    }
  }
  if (fence > 0 || !tags.closed()) {
    complaints.emplace_back("something is open at the end");
  }
  return complaints;
}

}  // namespace buildcache::report
