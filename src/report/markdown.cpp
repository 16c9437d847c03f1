#include "report/markdown.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace buildcache::report {

namespace {

bool is_plain(unsigned char byte) {
  const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
  const bool digit = byte >= '0' && byte <= '9';
  return letter || digit || byte == ' ' || byte == '/' || byte == ',' || byte == '=' || byte >= 0x80;
}

// Every other ASCII character becomes an entity, which Markdown never reads as markup; '.' and '-'
// stay where they cannot start a link or a list.
std::string entities(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool inner = i > 0 && i + 1 < text.size() && text[i - 1] != 'w' && text[i - 1] != 'W';
    if (is_plain(byte) || (inner && (byte == '.' || byte == '-'))) {
      out += text[i];
    } else {
      out += "&#" + std::to_string(byte) + ";";
    }
  }
  return out;
}

}  // namespace

std::string md_text(std::string_view text, std::size_t limit) {
  return entities(core::shortened(core::printable(text), limit));
}

std::string md_code(std::string_view text, std::size_t limit) {
  return text.empty() ? std::string() : "<code>" + md_text(text, limit) + "</code>";
}

std::string md_block(std::string_view text, std::size_t limit) {
  const std::string clean = core::shortened(core::printable(text, true), limit);
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : clean) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(std::max<std::size_t>(3, longest + 1), '`');
  return fence + "text\n" + clean + "\n" + fence + "\n";
}

}  // namespace buildcache::report
