#include "core/text.hpp"
#include "report/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace buildcache::report {

namespace {

constexpr std::size_t kMaxCode = 4000;  // characters, as in Markdown

constexpr std::size_t kLongestWord = 12;  // characters that stay together on a narrow page

std::string_view escaped(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

// References and digests are long words: each gets places where it may be broken.
std::string escaped(std::string_view text) {
  std::string safe;
  std::size_t together = 0;
  for (const char c : text) {
    if (together >= kLongestWord && begins_character(c) && c != ' ') {
      safe += "<wbr>";
      together = 0;
    }
    const std::string_view entity = escaped(c);
    safe += entity.empty() ? std::string_view(&c, 1) : entity;
    together = c == ' ' || c == '\n' ? 0 : together + (begins_character(c) ? 1 : 0);
  }
  return safe;
}

std::string shown(const Span& span) {
  return escaped(core::shortened(core::printable(span.text), span.limit));
}

// Lines as they are, but broken where the page is too narrow, as <pre> would not be.
std::string lines_of(const std::string& text) {
  std::string lines;
  for (const char c : escaped(core::shortened(core::printable(text, true), kMaxCode))) {
    if (c == '\n') {
      lines += "<br>\n";
    } else if (c == ' ' && lines.ends_with(' ')) {
      lines += "&nbsp;";
    } else {
      lines += c;
    }
  }
  return lines;
}

// Presentation attributes are no styles, so that no policy blocks them.
std::string drawn(double share) {
  const double width = std::clamp(share, 0.0, 1.0) * 100;
  return fmt::format(
      R"(<svg width="80" height="10" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{0:.0f} %">)"
      R"(<rect width="100" height="10" rx="2" fill="currentColor" fill-opacity="0.15"/>)"
      R"(<rect width="{0:.1f}" height="10" rx="2" fill="currentColor" fill-opacity="0.75"/></svg>)",
      width);
}

std::string rendered(const Span& span) {
  switch (span.style) {
    case Span::Style::ours:
      return escaped(span.text);
    case Span::Style::text:
      return shown(span);
    case Span::Style::code:
      return "<code>" + shown(span) + "</code>";
    case Span::Style::strong:
      return "<strong>" + escaped(span.text) + "</strong>";
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

// What has no column of its own, empty when there is nothing.
std::string below(const Table& table, const std::vector<Line>& lines, std::size_t columns) {
  std::string text;
  for (std::size_t i = columns; i < lines.size(); ++i) {
    if (!lines[i].empty()) {
      text += (text.empty() ? "" : "<br>") + escaped(table.titles[i]) + ": " + rendered(lines[i]);
    }
  }
  return text.empty() ? text : fmt::format("<tr><td colspan=\"{}\">{}</td></tr>\n", columns, text);
}

std::string rendered(const Table& table) {
  const std::size_t columns = std::min(table.columns, table.titles.size());
  std::string text = R"(<table border="1" cellpadding="4" cellspacing="0"><thead><tr>)";
  for (std::size_t i = 0; i < columns; ++i) {
    text += R"(<th scope="col" align="left">)" + escaped(table.titles[i]) + "</th>";
  }
  text += "</tr></thead>\n<tbody>\n";
  for (const std::vector<Line>& lines : table.rows) {
    text += "<tr>";
    for (std::size_t i = 0; i < std::min(columns, lines.size()); ++i) {
      text += R"(<td valign="top">)" + rendered(lines[i]) + "</td>";
    }
    text += "</tr>\n" + below(table, lines, columns);
  }
  return text + "</tbody>\n</table>\n";
}

std::string rendered_all(const Document& document);

std::string rendered(const Block& block) {
  switch (block.kind) {
    case Block::Kind::heading:
      return "<h2>" + rendered(block.line) + "</h2>\n";
    case Block::Kind::paragraph:
      return "<p>" + rendered(block.line) + "</p>\n";
    case Block::Kind::table:
      return rendered(block.table);
    case Block::Kind::code:
      return "<p><code>" + lines_of(block.text) + "</code></p>\n";
    case Block::Kind::details:
      return "<details>\n<summary>" + rendered(block.line) + "</summary>\n" +
             rendered_all(block.blocks) + "</details>\n";
    case Block::Kind::list:
      break;
  }
  std::string text = "<ul>\n";
  for (const Line& item : block.items) {
    text += "<li>" + rendered(item) + "</li>\n";
  }
  return text + "</ul>\n";
}

std::string rendered_all(const Document& document) {
  std::string text;
  for (const Block& block : document) {
    text += rendered(block);
  }
  return text;
}

}  // namespace

std::string to_html(const Document& document) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n<title>buildcache</title>\n"
         "</head>\n<body>\n" +
         rendered_all(document) + "</body>\n</html>\n";
}

}  // namespace buildcache::report
