#include "ci/output_file.hpp"

#include "ci/github_grammar.hpp"
#include "hostile_texts.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace buildcache::ci {
namespace {

using Values = std::map<std::string, std::string>;

// As the server reads a dotenv report (gitlab-org/gitlab,
// app/services/ci/parse_dotenv_artifact_service.rb), refusing besides what its documentation bans.
Values read_dotenv(const std::string& text) {
  REQUIRE(text.size() < 5120);
  REQUIRE((text.empty() || text.ends_with('\n')));
  Values values;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    REQUIRE(equals != std::string::npos);
    const std::string key = line.substr(0, equals);
    REQUIRE(!key.empty());
    REQUIRE(key.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string::npos);
    REQUIRE(line.find_first_of(" \t\r$\"'`\\#") == std::string::npos);
    REQUIRE(values.emplace(key, line.substr(equals + 1)).second);
  }
  REQUIRE(values.size() <= 20);
  return values;
}

// As java.util.Properties.load reads "KEY=VALUE" lines, but for continuation lines, which we do not
// write. Returns UTF-16 units below 0x100 as they are and others as "{XXXX}".
// Returns what the escape at `i` stands for, and moves behind it.
std::string read_java_escape(const std::string& text, std::size_t& i) {
  static const Values kKnown = {{"n", "\n"}, {"r", "\r"}, {"t", "\t"}, {"\\", "\\"}, {" ", " "}};
  const std::string letter = text.substr(i + 1, 1);
  if (letter == "u") {
    const std::string unit = text.substr(i + 2, 4);
    i += 6;
    return "{" + unit + "}";
  }
  i += 2;
  return kKnown.at(letter);
}

std::string read_java_value(const std::string& text) {
  std::string value;
  for (std::size_t i = 0; i < text.size();) {
    REQUIRE(static_cast<unsigned char>(text[i]) < 0x80);
    if (text[i] == '\\') {
      value += read_java_escape(text, i);
    } else {
      value += text[i++];
    }
  }
  return value;
}

std::string property_of(const std::string& value) {
  const std::string text = properties({{"value", value}});
  REQUIRE(text.starts_with("BUILDCACHE_VALUE="));
  REQUIRE(text.find('\n') == text.size() - 1);
  return read_java_value(text.substr(17, text.size() - 18));
}

TEST_CASE("output file: the format follows the suffix, then the platform") {
  CHECK(format_of("a/build.env", Provider::jenkins) == OutputFormat::dotenv);
  CHECK(format_of("build.properties", Provider::gitlab) == OutputFormat::properties);
  CHECK(format_of("build.json", Provider::github) == OutputFormat::json);
  CHECK(format_of("outputs", Provider::github) == OutputFormat::github);
  CHECK(format_of("outputs", Provider::gitlab) == OutputFormat::dotenv);
  CHECK(format_of("outputs", Provider::jenkins) == OutputFormat::properties);
  CHECK(format_of("outputs", Provider::local) == OutputFormat::json);
  CHECK(output_format("dotenv") == OutputFormat::dotenv);
  CHECK_FALSE(output_format("yaml").has_value());
}

TEST_CASE("dotenv: short values are there under upper-case names, with the way to the rest") {
  const Values values = read_dotenv(
      dotenv({{"digest", "sha256:abc"}, {"cache-from", "a\nb"}, {"imageid", ""}}, "out/b.json"));
  CHECK(values ==
        Values{{"BUILDCACHE_OUTPUTS", "out/b.json"}, {"BUILDCACHE_DIGEST", "sha256:abc"}});
}

TEST_CASE("dotenv: what a later job could read otherwise is left to the JSON file") {
  for (const std::string& text : test::hostile_texts()) {
    CAPTURE(text);
    for (const auto& [key, value] : read_dotenv(dotenv({{"value", text}}, text))) {
      CHECK(value == text);
    }
  }
  CHECK(read_dotenv(dotenv({{"a", "$HOME"}, {"b", "x y"}, {"c", "é"}}, "my build.json")).empty());
}

TEST_CASE("dotenv: the server's limits are kept, whatever there is to say") {
  Outputs many;
  Outputs large;
  for (int i = 0; i < 40; ++i) {
    many.emplace_back("value-" + std::to_string(i), "x");
    large.emplace_back("value-" + std::to_string(i), std::string(1000, 'x'));
  }
  CHECK(read_dotenv(dotenv(many, "b.json")).size() == 20);
  CHECK(read_dotenv(dotenv(large, "b.json")).contains("BUILDCACHE_OUTPUTS"));
}

TEST_CASE("properties: values come back from a strict reader") {
  CHECK(property_of("sha256:abc") == "sha256:abc");
  CHECK(property_of(" two\nlines\t\\ =:#! ") == " two\nlines\t\\ =:#! ");
  CHECK(property_of("é") == "{00E9}");
  CHECK(property_of("\xF0\x9F\x9A\x80") == "{D83D}{DE80}");
  CHECK(property_of("\xFF") == "{FFFD}");
  CHECK(property_of("").empty());
}

TEST_CASE("properties: hostile values stay in their line") {
  for (const std::string& text : test::hostile_texts()) {
    CAPTURE(text);
    property_of(text);
  }
}

TEST_CASE("outputs as JSON: own names, objects as objects, hostile texts as texts") {
  for (const std::string& text : test::hostile_texts()) {
    CAPTURE(text);
    const auto document = nlohmann::json::parse(
        outputs_json({{"cache-from", text}, {"metadata", R"({"api": {"a": 1}})"}}));
    CHECK(document["cache-from"] == valid_utf8(text));
    CHECK(document["metadata"]["api"]["a"] == 1);
  }
  CHECK(nlohmann::json::parse(outputs_json({{"metadata", "{broken"}}))["metadata"] == "{broken");
}

TEST_CASE("outputs as JSON: they stand beside the dotenv file") {
  CHECK(json_beside("build/buildcache.env") == "build/buildcache.json");
  CHECK(json_beside("outputs") == "outputs.json");
}

}  // namespace
}  // namespace buildcache::ci
