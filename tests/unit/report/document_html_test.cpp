#include "report/document.hpp"

#include <doctest/doctest.h>

#include <string>

namespace buildcache::report {
namespace {

bool holds(const std::string& page, const std::string& part) {
  return page.find(part) != std::string::npos;
}

// One of each block, every text of it hostile.
Document hostile_document() {
  const std::string hostile =
      "</td></table><script src=//x>alert(1)</script><img onerror='a' \"b\">";
  Table table{{"title"}, {{{code(hostile)}}, {{text(hostile)}}}};
  Block details{.kind = Block::Kind::details, .line = {code(hostile)}};
  details.blocks.push_back({.kind = Block::Kind::code, .text = hostile + "\n" + hostile});
  return {heading({text(hostile)}),
          paragraph({text(hostile), strong("ours"), bar(0.5)}),
          {.kind = Block::Kind::table, .table = table},
          {.kind = Block::Kind::list, .items = {{text(hostile)}}},
          details};
}

}  // namespace

TEST_CASE("html: nothing that a content policy forbids, whatever the words are") {
  const std::string page = to_html(hostile_document());
  for (const char* forbidden :
       {"<script", "<style", "style=", "<img", "<link", "href", "<iframe"}) {
    CAPTURE(forbidden);
    CHECK(!holds(page, forbidden));
  }
  CHECK(holds(page, "&lt;/td&gt;"));
  CHECK(!holds(page, "</td></table><"));
}

TEST_CASE("html: a bar is as wide as its share, and never wider than whole") {
  CHECK(holds(to_html({paragraph({bar(0.25)})}), R"(<rect width="25.0")"));
  CHECK(holds(to_html({paragraph({bar(7)})}), R"(<rect width="100.0")"));
  CHECK(holds(to_html({paragraph({bar(-1)})}), R"(<rect width="0.0")"));
}

TEST_CASE("html: long words may be broken, characters never") {
  CHECK(holds(to_html({paragraph({code(std::string(30, 'a'))})}),
              "<code>aaaaaaaaaaaa<wbr>aaaaaaaaaaaa<wbr>aaaaaa</code>"));
  std::string umlauts;
  for (int i = 0; i < 13; ++i) {
    umlauts += "\xC3\xA4";
  }
  CHECK(holds(to_html({paragraph({code(umlauts)})}), "\xC3\xA4<wbr>\xC3\xA4</code>"));
}

TEST_CASE("html: columns beyond those that fit stand below, empty ones nowhere") {
  Table table{{"a", "b", "c"}, {{{ours("1")}, {ours("2")}, {ours("3")}}, {{ours("4")}, {}, {}}}, 1};
  const std::string page = to_html({{.kind = Block::Kind::table, .table = table}});
  CHECK(holds(page, "<tr><td colspan=\"1\">b: 2<br>c: 3</td></tr>"));
  CHECK(holds(page, "<tr><td valign=\"top\">4</td></tr>\n</tbody>"));
}

TEST_CASE("html: lines of a message stay lines, and keep their indentation") {
  const Block block{.kind = Block::Kind::code, .text = "one\n    two"};
  CHECK(holds(to_html({block}), "one<br>\n &nbsp; &nbsp;two"));
}

}  // namespace buildcache::report
