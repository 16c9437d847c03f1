#include "ci/github_grammar.hpp"

#include "support/github_runner.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace buildcache::ci {
namespace {

std::string random_bytes(std::mt19937& random, std::size_t length) {
  std::uniform_int_distribution<int> byte(0, 255);
  std::string bytes;
  for (std::size_t i = 0; i < length; ++i) {
    bytes += static_cast<char>(byte(random));
  }
  return bytes;
}

// An independent base64 for the checks: bit by bit.
std::string plain_base64(const std::string& bytes) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits;
  for (const char c : bytes) {
    for (int bit = 7; bit >= 0; --bit) {
      bits += (static_cast<unsigned char>(c) >> bit & 1) != 0 ? '1' : '0';
    }
  }
  while (bits.size() % 6 != 0) {
    bits += '0';
  }
  std::string text;
  for (std::size_t i = 0; i < bits.size(); i += 6) {
    text += alphabet[std::stoul(bits.substr(i, 6), nullptr, 2)];
  }
  while (text.size() % 4 != 0) {
    text += '=';
  }
  return text;
}

TEST_CASE("github grammar: valid UTF-8 stays, broken bytes are replaced one by one") {
  CHECK(valid_utf8("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80") ==
        "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
  CHECK(valid_utf8("\xFF") == "\xEF\xBF\xBD");
  CHECK(valid_utf8("\xC3") == "\xEF\xBF\xBD");
  CHECK(valid_utf8("\xED\xA0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(valid_utf8(std::string("\0", 1)) == "\xEF\xBF\xBD");
  CHECK(valid_utf8("tab\t\x1B") == "tab\t\x1B");
}

TEST_CASE("github grammar: whatever comes in, valid UTF-8 comes out") {
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    CHECK(support::is_utf8(valid_utf8(random_bytes(random, random() % 12))));
  }
}

TEST_CASE("github grammar: a command's data and title survive escaping") {
  const auto log =
      support::read_log({workflow_command("warning", "a:b,c%d\ne", "100%\r\n::error::x, y")});
  REQUIRE(log.commands.size() == 1);
  CHECK(log.commands[0].properties.at("title") == "a:b,c%d\ne");
  CHECK(log.commands[0].data == "100%\r\n::error::x, y");
  CHECK(workflow_command("endgroup", "", "") == "::endgroup::");
}

TEST_CASE("github grammar: old commands are taken apart inside of new ones") {
  CHECK(workflow_command("group", "", "###[error]") == "::group::## #[error]");
  CHECK(workflow_command("notice", "##[error]", "x") == "::notice title=# #[error]::x");
}

TEST_CASE("github grammar: random outputs come back") {
  std::mt19937 random(13);
  for (int i = 0; i < 1000; ++i) {
    const std::string value = valid_utf8(random_bytes(random, random() % 40));
    const auto read = support::read_output_file(output_entry("n", value, "delimiter"));
    REQUIRE(read.size() == 1);
    CHECK(read[0].second == value);
  }
}

TEST_CASE("github grammar: a summary without line ends is cut between characters") {
  std::string euros;
  for (int i = 0; i < 200; ++i) {
    euros += "\xE2\x82\xAC";
  }
  for (std::size_t limit = 100; limit < 110; ++limit) {
    const std::string cut = capped_summary(euros, limit);
    CHECK(cut.size() <= limit);
    CHECK(support::is_utf8(cut));
  }
  CHECK(capped_summary(euros, 10).empty());
  CHECK(capped_summary("short", 5) == "short");
}

TEST_CASE("github grammar: a secret in the middle of a base64 text holds one of its masks") {
  std::mt19937 random(17);
  for (int i = 0; i < 300; ++i) {
    const std::string secret = "s3cret" + std::to_string(random());
    const auto masks = masks_of(secret);
    CHECK(std::find(masks.begin(), masks.end(), secret) != masks.end());
    const std::string text =
        plain_base64(random_bytes(random, i % 3) + secret + random_bytes(random, random() % 3));
    const bool is_masked = std::any_of(masks.begin() + 1, masks.end(), [&](const auto& mask) {
      return mask.size() + 4 >= secret.size() && text.find(mask) != std::string::npos;
    });
    CHECK(is_masked);
  }
}

TEST_CASE("github grammar: a secret of short lines alone is masked all the same") {
  const auto masks = masks_of("ab\ncd");
  CHECK(std::find(masks.begin(), masks.end(), "ab") != masks.end());
  CHECK(std::find(masks.begin(), masks.end(), "cd") != masks.end());
}

TEST_CASE("github grammar: output names are letters, digits, underscores and hyphens") {
  CHECK(is_output_name("cache-from"));
  CHECK(is_output_name("_x9"));
  CHECK_FALSE(is_output_name(""));
  CHECK_FALSE(is_output_name("9x"));
  CHECK_FALSE(is_output_name("a=b"));
  CHECK_FALSE(is_output_name("\xC3\xA4"));
}

}  // namespace
}  // namespace buildcache::ci
