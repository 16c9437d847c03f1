#include "text.hpp"

#include <iterator>
#include <regex>

namespace text {

std::size_t numbers(const std::string& text) {
  static const std::wregex number(LR"([-+]?\d+(\.\d+)?([eE][-+]?\d+)?)");
  const std::wstring wide(text.begin(), text.end());
  const std::wsregex_iterator first(wide.begin(), wide.end(), number);
  return static_cast<std::size_t>(std::distance(first, std::wsregex_iterator()));
}

}  // namespace text
