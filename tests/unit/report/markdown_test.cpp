#include "report/markdown.hpp"

#include "markdown_reader.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

namespace buildcache::report {
namespace {

// Bytes as an attacker would mix them: markup, controls, broken UTF-8.
std::string random_bytes(std::mt19937& random) {
  static const std::string kMarkup = "|`<>&*_[]()!#@:~\\\n\r\t\"'$%{}+-=. wW0a\xC3\xA9\xE2\x80\xAE";
  std::string bytes;
  const std::size_t length = random() % 60;
  for (std::size_t i = 0; i < length; ++i) {
    bytes +=
        random() % 4 == 0 ? static_cast<char>(random() % 256) : kMarkup[random() % kMarkup.size()];
  }
  return bytes;
}

// Whether an entity ends at every '#', ';' and '&' there is.
bool is_inert(const std::string& text) {
  static const std::string kForbidden = "|`<>*_[]!@~$\\\n\r\t";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool scheme = text[i] == ':' && i + 1 < text.size() && text[i + 1] != ' ';
    if (scheme || kForbidden.find(text[i]) != std::string::npos) {
      return false;
    }
    if (text[i] == '&') {
      const std::size_t end = text.find(';', i);
      if (text.compare(i, 2, "&#") != 0 || end == std::string::npos || end - i > 7) {
        return false;
      }
      i = end;
    } else if (text[i] == '#' || text[i] == ';') {
      return false;
    }
  }
  return true;
}

std::string without_code_tags(std::string text) {
  if (text.starts_with("<code>") && text.ends_with("</code>")) {
    text = text.substr(6, text.size() - 13);
  }
  return text;
}

}  // namespace

TEST_CASE("markdown: no bytes yield markup of their own") {
  std::mt19937 random(20240611);  // NOLINT(cert-msc51-cpp): the same bytes every time
  for (int round = 0; round < 20000; ++round) {
    const std::string bytes = random_bytes(random);
    CAPTURE(bytes);
    REQUIRE(is_inert(md_text(bytes)));
    REQUIRE(is_inert(without_code_tags(md_code(bytes))));
  }
}

TEST_CASE("markdown: a table keeps its cells whatever stands in them") {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same bytes every time
  for (int round = 0; round < 5000; ++round) {
    const std::string row =
        "| " + md_text(random_bytes(random)) + " | " + md_code(random_bytes(random)) + " |";
    REQUIRE(
        complaints_about("\n" + std::string("| a | b |\n| --- | --- |\n") + row + "\n").empty());
    REQUIRE(cells_of(row) == 2);
  }
}

TEST_CASE("markdown: a block cannot be closed from within") {
  std::mt19937 random(11);  // NOLINT(cert-msc51-cpp): the same bytes every time
  for (int round = 0; round < 5000; ++round) {
    const std::string block = md_block(
        random_bytes(random) + "\n" + std::string(random() % 6, '`') + "\n" + random_bytes(random));
    CAPTURE(block);
    REQUIRE(complaints_about(block + "\n<b>").size() == 1);
  }
}

TEST_CASE("markdown: words, numbers and dotted names stay as they are") {
  const char* text = "3 commits before 1a2b3c: v1.2.3-rc.1 a/b=c (it's 50% \"done\", really)x";
  CHECK(md_text(text) == text);
}

TEST_CASE("markdown: neither a list nor a web link begins in a text") {
  CHECK(md_text("1. one") == "1&#46; one");
  CHECK(md_text("1) one") == "1&#41; one");
  CHECK(md_text("- one") == "&#45; one");
  CHECK(md_text("www.evil.example") == "www&#46;evil.example");
  CHECK(md_text("https://evil.example") == "https&#58;//evil.example");
}

TEST_CASE("markdown: a mention is taken apart, a reference to be copied is not") {
  CHECK(md_text("@octocat") == "&#64;&#8288;octocat");
  CHECK(md_code("a@sha256") == "<code>a&#64;sha256</code>");
}

TEST_CASE("markdown: an empty text makes no empty code element") {
  CHECK(md_code("").empty());
}

TEST_CASE("markdown: long texts are cut in the middle") {
  CHECK(md_text(std::string(400, 'a'), 9) ==
        "aaaa\xE2\x80\xA6"
        "aaaa");
}

}  // namespace buildcache::report
