// A terminal as far as the live view needs one, and stricter than a real one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace buildcache::report {

class TerminalScreen {
 public:
  TerminalScreen(std::size_t rows, std::size_t columns) : rows_(rows), columns_(columns) {}

  // Understands text, newline, colours, cursor up and erase below. Everything else is a complaint.
  void write(std::string_view text);

  // All lines since the start, those scrolled away first; the cursor's own line is the last.
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
  [[nodiscard]] bool holds(std::string_view text) const;
  // A wrapped line, a cursor above the screen, an unknown sequence.
  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  std::size_t take_escape(std::string_view text);
  void put(std::string_view character, std::size_t width);

  std::size_t rows_;
  std::size_t columns_;
  std::vector<std::string> lines_{1};
  std::vector<std::string> complaints_;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
};

}  // namespace buildcache::report
