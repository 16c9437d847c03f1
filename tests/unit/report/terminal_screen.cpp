#include "terminal_screen.hpp"

#include <algorithm>

namespace buildcache::report {

void TerminalScreen::write(std::string_view text) {
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text[0]);
    std::size_t length = lead < 0x80 ? 1 : (lead < 0xE0 ? 2 : (lead < 0xF0 ? 3 : 4));
    if (text[0] == '\x1b') {
      length = take_escape(text);
    } else if (text[0] == '\n') {
      ++row_;
      column_ = 0;
      lines_.resize(std::max(lines_.size(), row_ + 1));
    } else if (lead < 0x20) {
      complaints_.emplace_back("a control character");
    } else {
      // In these tests whatever takes three bytes is an ideograph, but punctuation and U+FFFD.
      const bool wide = length == 4 || (length == 3 && lead > 0xE2 && lead != 0xEF);
      put(text.substr(0, length), wide ? 2 : 1);
    }
    text.remove_prefix(length);
  }
}

void TerminalScreen::put(std::string_view character, std::size_t width) {
  if (column_ + width > columns_) {
    complaints_.push_back("wrapped: " + lines_[row_]);
  }
  if (column_ == 0) {
    lines_[row_].clear();
  }
  lines_[row_] += character;
  column_ += width;
}

std::size_t TerminalScreen::take_escape(std::string_view text) {
  const std::size_t end = text.find_first_of("ABCDEFGHJKfhlmnsu");
  if (end == std::string_view::npos || text.substr(0, 2) != "\x1b[") {
    complaints_.emplace_back("a broken escape sequence");
    return text.size();
  }
  const std::string number(text.substr(2, end - 2));
  if (text[end] == 'A') {
    const std::size_t up = std::stoul(number);
    if (up > row_ || up > rows_ - 1) {
      complaints_.emplace_back("the cursor leaves the screen");
    }
    row_ -= std::min(up, row_);
    column_ = 0;
  } else if (text[end] == 'J' && number.empty()) {
    lines_.resize(row_ + 1);
    lines_[row_].clear();
  } else if (text[end] != 'm') {
    complaints_.emplace_back("an unknown escape sequence");
  }
  return end + 1;
}

bool TerminalScreen::holds(std::string_view text) const {
  return std::ranges::any_of(
      lines_, [text](const std::string& line) { return line.find(text) != std::string::npos; });
}

}  // namespace buildcache::report
