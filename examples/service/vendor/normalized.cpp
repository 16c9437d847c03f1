#include "text.hpp"

#include <regex>

namespace text {

std::string normalized(const std::string& text) {
  static const std::regex spaces(R"(\s+)", std::regex::ECMAScript | std::regex::optimize);
  return std::regex_replace(text, spaces, " ");
}

}  // namespace text
