#include "plan/trust.hpp"

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace buildcache::plan {

namespace {

std::string page(const std::string& name) {
  const auto root = std::filesystem::path(BUILDCACHE_GOLDEN_DIR).parent_path().parent_path();
  std::ifstream stream(root / "docs" / name, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  REQUIRE_FALSE(text.empty());
  return text;
}

bool has_word(const std::string& text, std::string_view word) {
  return text.find("`" + std::string(word) + "`") != std::string::npos;
}

}  // namespace

TEST_CASE("docs: how caches are chosen explains every verdict") {
  using store::Verdict;
  const std::string text = page("how-caches-are-chosen.md");
  for (const Verdict verdict : {Verdict::found,
                                Verdict::absent,
                                Verdict::unauthorized,
                                Verdict::forbidden,
                                Verdict::unusable,
                                Verdict::refused,
                                Verdict::timed_out,
                                Verdict::unreachable,
                                Verdict::unknown,
                                Verdict::skipped}) {
    CAPTURE(store::word_of(verdict));
    CHECK(has_word(text, store::word_of(verdict)));
  }
}

TEST_CASE("docs: how caches are chosen explains every rule and every placeholder") {
  const std::string text = page("how-caches-are-chosen.md");
  for (const char* word : {"commit", "pr", "branch", "merge-base", "base", "default", "name:X"}) {
    CAPTURE(word);
    CHECK(has_word(text, word));
  }
  for (const char* word : {"{sha}", "{short-sha}", "{branch}", "{pr}", "{tag}", "{target}"}) {
    CAPTURE(word);
    CHECK(has_word(text, word));
  }
}

TEST_CASE("docs: the trust table has a row for every level, saying who refuses lower caches") {
  using config::TrustLevel;
  const std::string text = page("trust.md");
  for (const TrustLevel level : {TrustLevel::protected_branch,
                                 TrustLevel::merge_queue,
                                 TrustLevel::branch,
                                 TrustLevel::pull_request,
                                 TrustLevel::tag,
                                 TrustLevel::fork}) {
    const std::string word(config::word_of(level));
    CAPTURE(word);
    const std::size_t row = text.find("\n| `" + word + "` |");
    REQUIRE(row != std::string::npos);
    const std::string line = text.substr(row + 1, text.find('\n', row + 1) - row - 1);
    CHECK((line.find("| trusted caches only |") != std::string::npos) == refuses_lower(level));
    CHECK((line.find("| everything |") != std::string::npos) == !refuses_lower(level));
  }
}

}  // namespace buildcache::plan
