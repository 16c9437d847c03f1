#include "config/load.hpp"
#include "core/text.hpp"
#include "golden_files.hpp"
#include "written_config.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace buildcache::config {
namespace {

const sys::Environment kEnvironment({{"ACTOR", "octo"},
                                     {"TOKEN", "hunter2-token"},
                                     {"EMPTY", ""},
                                     {"OWNER", "Acme"},
                                     {"BRACES", "a{sha}b{{c}"},
                                     {"TWO_LINES", "hunter2-one\nhunter2-two"},
                                     {"TWO_WORDS", "hunter2-one hunter2-two"}});

std::vector<std::filesystem::path> cases_of(const char* kind) {
  std::vector<std::filesystem::path> cases;
  const auto folder = std::filesystem::path(BUILDCACHE_GOLDEN_DIR) / "config" / kind;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    cases.push_back(entry.path());
  }
  std::ranges::sort(cases);
  return cases;
}

Loaded parsed(const std::filesystem::path& folder) {
  return parse(content_of(folder / "config.yml"), ".buildcache.yml", "/src/shop", kEnvironment);
}

std::string described(const std::vector<core::Error>& errors) {
  std::string text;
  for (const core::Error& error : errors) {
    text += core::describe(error) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("config: each malformed file gives the expected positions and texts") {
  const auto cases = cases_of("invalid");
  CHECK(cases.size() >= 45);
  for (const auto& folder : cases) {
    CAPTURE(folder.filename().string());
    const auto text = described(parsed(folder).errors);
    CHECK(text == expected(folder / "expected.txt", text));
    CHECK_FALSE(text.empty());
  }
}

TEST_CASE("config: every error is of the configuration, has a position and is one printable line") {
  for (const auto& folder : cases_of("invalid")) {
    CAPTURE(folder.filename().string());
    for (const core::Error& error : parsed(folder).errors) {
      CAPTURE(error.message);
      CHECK(error.kind == core::ErrorKind::config);
      REQUIRE(error.position.has_value());
      CHECK(error.position->line > 0);
      CHECK(error.position->column > 0);
      CHECK(core::printable(error.message) == error.message);
      CHECK(core::printable(error.hint) == error.hint);
      CHECK_FALSE(error.message.ends_with('.'));
    }
  }
}

TEST_CASE("config: the errors of a file are sorted by position") {
  for (const auto& folder : cases_of("invalid")) {
    CAPTURE(folder.filename().string());
    std::vector<std::pair<int, int>> places;
    for (const core::Error& error : parsed(folder).errors) {
      places.emplace_back(error.position->line, error.position->column);
    }
    CHECK(std::ranges::is_sorted(places));
  }
}

TEST_CASE("config: no error shows a secret, from the file or from the environment") {
  for (const auto& folder : cases_of("invalid")) {
    CAPTURE(folder.filename().string());
    auto text = described(parsed(folder).errors);
    std::ranges::transform(text, text.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    CHECK(text.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("config: each well-formed file gives the expected configuration") {
  for (const auto& folder : cases_of("valid")) {
    CAPTURE(folder.filename().string());
    const auto loaded = parsed(folder);
    CHECK(described(loaded.errors).empty());
    const auto text = written(loaded.config);
    CHECK(text == expected(folder / "expected.json", text));
  }
}

}  // namespace buildcache::config
