#include "report/markdown.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace buildcache::report {

namespace {

bool is_plain(unsigned char byte) {
  const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
  const bool digit = byte >= '0' && byte <= '9';
  return letter || digit || byte >= 0x80 ||
         std::string_view(" /,=%'\"(").find(static_cast<char>(byte)) != std::string_view::npos;
}

// Punctuation that means nothing to Markdown where it stands: inside of a word it starts neither a
// list nor a "www." link, and a colon before a space ends no URL scheme.
bool is_plain_here(std::string_view text, std::size_t i) {
  const char before = i > 0 ? text[i - 1] : ' ';
  const char after = i + 1 < text.size() ? text[i + 1] : ' ';
  const bool inner = before != ' ' && after != ' ';
  switch (text[i]) {
    case '-':
    case ')':
      return inner;
    case '.':
      return inner && before != 'w' && before != 'W';
    case ':':
      return after == ' ';
    default:
      return false;
  }
}

// GitHub makes mentions and mail links of text it has already decoded, but not across this
// invisible character.
constexpr std::string_view kWordJoiner = "&#8288;";

// Every other ASCII character becomes an entity, which Markdown never reads as markup.
std::string entities(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (is_plain(byte) || is_plain_here(text, i)) {
      out += text[i];
    } else {
      out += "&#" + std::to_string(byte) + ";";
    }
  }
  return out;
}

std::string entities_without_mentions(std::string_view text) {
  std::string out;
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@')) {
    out.append(entities(text.substr(0, at + 1))).append(kWordJoiner);
    text.remove_prefix(at + 1);
  }
  return out + entities(text);
}

std::string limited(std::string_view text, std::size_t limit) {
  return core::shortened(core::printable(text), limit);
}

}  // namespace

std::string md_text(std::string_view text, std::size_t limit) {
  return entities_without_mentions(limited(text, limit));
}

std::string md_code(std::string_view text, std::size_t limit) {
  return text.empty() ? std::string() : "<code>" + entities(limited(text, limit)) + "</code>";
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
