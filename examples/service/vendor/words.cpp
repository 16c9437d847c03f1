#include "text.hpp"

#include <iterator>
#include <regex>

namespace text {

std::size_t words(const std::string& text) {
  static const std::regex word(R"([[:alpha:]]+)");
  const std::sregex_iterator first(text.begin(), text.end(), word);
  return static_cast<std::size_t>(std::distance(first, std::sregex_iterator()));
}

}  // namespace text
