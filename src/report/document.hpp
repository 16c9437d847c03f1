// A report before it is Markdown or HTML: blocks of hostile text, which each renderer escapes in
// its own way. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace buildcache::report {

struct Span {
  enum class Style {
    ours,    // words of our own, shown as they are
    text,    // anybody's words
    code,    // anybody's words, monospaced
    strong,  // words of our own, stressed
    bar,     // a share, drawn; its number stands beside it
  };
  Style style = Style::text;
  std::string text;
  std::size_t limit = 300;  // characters shown
  double share = 0;         // bar: 0 to 1
};

using Line = std::vector<Span>;

struct Table {
  std::vector<std::string> titles;  // words of our own
  std::vector<std::vector<Line>> rows;
  // Columns a narrow page has room for. HTML shows the others below them, each in a line of its
  // own.
  std::size_t columns = 4;
};

struct Block {
  enum class Kind { heading, paragraph, table, list, code, details };
  Kind kind = Kind::paragraph;
  Line line{};                  // heading, paragraph; the title of details
  Table table{};                // table
  std::vector<Line> items{};    // list
  std::string text{};           // code: anybody's lines
  std::vector<Block> blocks{};  // details
};

using Document = std::vector<Block>;

inline Span ours(std::string words) {
  return {Span::Style::ours, std::move(words)};
}
inline Span text(std::string words, std::size_t limit = 300) {
  return {Span::Style::text, std::move(words), limit};
}
inline Span code(std::string words, std::size_t limit = 300) {
  return {Span::Style::code, std::move(words), limit};
}
inline Span strong(std::string words) {
  return {Span::Style::strong, std::move(words)};
}
inline Span bar(double share) {
  return {Span::Style::bar, {}, 0, share};
}

inline Block heading(Line line) {
  return {.kind = Block::Kind::heading, .line = std::move(line)};
}
inline Block paragraph(Line line) {
  return {.kind = Block::Kind::paragraph, .line = std::move(line)};
}

// Returns GitHub Markdown.
std::string to_markdown(const Document& document);

// Returns one HTML page that needs nothing else and works where neither scripts nor styles are
// allowed (Jenkins' default Content-Security-Policy): no script, style, image or link.
std::string to_html(const Document& document);

}  // namespace buildcache::report
