#include "report/document.hpp"
#include "report/markdown.hpp"

#include <algorithm>
#include <cmath>

namespace buildcache::report {

namespace {

constexpr int kBarWidth = 10;  // characters

// Eighths of a character make short shares visible, too.
std::string drawn(double share) {
  constexpr int kEighths = 8;
  const int filled =
      static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * kBarWidth * kEighths));
  std::string text;
  for (int i = 0; i < kBarWidth; ++i) {
    const int left = filled - i * kEighths;
    if (left >= kEighths) {
      text += "█";
    } else if (left > 0) {
      // U+2588 is the full block; seven narrower ones follow it.
      text += std::string("\xE2\x96") + static_cast<char>(0x88 + kEighths - left);
    } else {
      text += "░";
    }
  }
  return text;
}

std::string rendered(const Span& span) {
  switch (span.style) {
    case Span::Style::ours:
      return span.text;
    case Span::Style::text:
      return md_text(span.text, span.limit);
    case Span::Style::code:
      return md_code(span.text, span.limit);
    case Span::Style::strong:
      return "**" + span.text + "**";
    case Span::Style::bar:
      break;
  }
  return drawn(span.share);
}

std::string rendered(const Line& line) {
  std::string text;
  for (const Span& span : line) {
    text += rendered(span);
  }
  return text;
}

std::string row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) {
    text += " " + cell + " |";
  }
  return text + "\n";
}

std::string rendered(const Table& table) {
  std::string text = row(table.titles) + row(std::vector<std::string>(table.titles.size(), "---"));
  for (const std::vector<Line>& lines : table.rows) {
    std::vector<std::string> cells;
    cells.reserve(lines.size());
    for (const Line& line : lines) {
      cells.push_back(rendered(line));
    }
    text += row(cells);
  }
  return text;
}

std::string rendered(const Block& block) {
  switch (block.kind) {
    case Block::Kind::heading:
      return "### " + rendered(block.line) + "\n";
    case Block::Kind::paragraph:
      return rendered(block.line) + "\n";
    case Block::Kind::table:
      return rendered(block.table);
    case Block::Kind::code:
      return md_block(block.text);
    case Block::Kind::details:
      return "<details><summary>" + rendered(block.line) + "</summary>\n\n" +
             to_markdown(block.blocks) + "\n</details>\n";
    case Block::Kind::list:
      break;
  }
  std::string text;
  for (const Line& item : block.items) {
    text += "- " + rendered(item) + "\n";
  }
  return text;
}

}  // namespace

std::string to_markdown(const Document& document) {
  std::string text;
  for (const Block& block : document) {
    text += (text.empty() ? "" : "\n") + rendered(block);
  }
  return text;
}

}  // namespace buildcache::report
