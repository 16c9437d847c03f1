#include "config/load.hpp"
#include "config/shape.hpp"
#include "golden_files.hpp"
#include "reference_table.hpp"
#include "written_config.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace buildcache::config {
namespace {

constexpr std::string_view kTableBegins = "<!-- keys: made from the key table -->\n";
constexpr std::string_view kTableEnds = "<!-- end of keys -->\n";

// Returns the text of each ```yaml block.
std::vector<std::string> yaml_blocks(const std::string& markdown) {
  constexpr std::string_view kOpening = "```yaml\n";
  std::vector<std::string> blocks;
  for (auto at = markdown.find(kOpening); at != std::string::npos;) {
    const auto begin = at + kOpening.size();
    const auto end = markdown.find("```", begin);
    blocks.push_back(markdown.substr(begin, end - begin));
    at = markdown.find(kOpening, end);
  }
  return blocks;
}

const KeyInfo& key_of(const Shape& object, std::string_view name) {
  return *std::ranges::find(object.keys, name, &KeyInfo::name);
}

// Returns "key: default, " for each key of the object that documents one.
std::string defaults_of(const Shape& object) {
  std::string text;
  for (const KeyInfo& key : object.keys) {
    if (!key.default_json.empty()) {
      text += key.name + ": " + key.default_json + ", ";
    }
  }
  return text;
}

const sys::Environment kEnvironment({{"GITHUB_ACTOR", "octo"},
                                     {"GITHUB_TOKEN", "token"},
                                     {"GITHUB_REPOSITORY_OWNER", "acme"},
                                     {"REGISTRY_USER", "ci"},
                                     {"REGISTRY_PASSWORD", "token"}});

}  // namespace

TEST_CASE("config: the published schema is the one the program prints") {
  const auto schema = schema_json();
  CHECK(schema == expected(repository_root() / "schema" / "buildcache.schema.json", schema));
}

TEST_CASE("config: the reference page holds the key table as it is") {
  const auto page = repository_root() / "docs" / "configuration.md";
  auto text = content_of(page);
  const auto begin = text.find(kTableBegins);
  const auto end = text.find(kTableEnds);
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  const auto start = begin + kTableBegins.size();
  auto renewed = text;
  renewed.replace(start, end - start, reference_table());
  CHECK(expected(page, renewed) == renewed);
}

TEST_CASE("config: writing every documented default out changes nothing") {
  const sys::Environment none;
  const Shape& cache = key_of(file_shape(), "cache").shape;
  const Shape& target = key_of(file_shape(), "targets").shape.parts.front();
  const auto text = "{version: 1, cache: {" + defaults_of(cache) + "timeout: {" +
                    defaults_of(key_of(cache, "timeout").shape) + "}, write: {" +
                    defaults_of(key_of(cache, "write").shape) + "}}, targets: {api: {" +
                    defaults_of(target) + "}}}";
  CAPTURE(text);
  const auto explicit_defaults = parse(text, "f", "/src/shop", none);
  REQUIRE(explicit_defaults.errors.empty());
  const auto left_out = parse("version: 1\ntargets: {api: {}}\n", "f", "/src/shop", none);
  CHECK(written(explicit_defaults.config) == written(left_out.config));
}

TEST_CASE("config: every example of the reference page is a valid file") {
  const auto blocks = yaml_blocks(content_of(repository_root() / "docs" / "configuration.md"));
  CHECK(blocks.size() >= 3);
  for (const std::string& block : blocks) {
    CAPTURE(block);
    const auto loaded = parse(block, "example", "/src/shop", kEnvironment);
    for (const core::Error& error : loaded.errors) {
      FAIL_CHECK(core::describe(error));
    }
  }
}

}  // namespace buildcache::config
