#include "commands/output_file.hpp"

#include "support/memory_files.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace buildcache::commands {
namespace {

using ci::OutputFormat;
using ci::Provider;
using Paths = std::vector<std::string>;

const ci::Outputs kOutputs = {{"digest", "sha256:abc"}, {"cache-from", "a\nb"}};

TEST_CASE("output file: without a path nothing is written or removed") {
  support::MemoryFiles files;
  CHECK(forget_outputs(files, {}, Provider::gitlab).has_value());
  CHECK(write_output_file(files, {}, Provider::gitlab, kOutputs).has_value());
  CHECK(files.files().empty());
}

TEST_CASE("output file: dotenv has a JSON file beside it, and both are forgotten together") {
  support::MemoryFiles files;
  files.add("/out/b.env", "stale");
  files.add("/out/b.json", "stale");
  files.add("/out/other.json", "kept");
  const OutputFile output{"/out/b.env", std::nullopt};
  REQUIRE(forget_outputs(files, output, Provider::gitlab).has_value());
  CHECK(files.files() == Paths{"/out/other.json"});
  REQUIRE(write_output_file(files, output, Provider::gitlab, kOutputs).has_value());
  CHECK(files.content("/out/b.env") ==
        "BUILDCACHE_OUTPUTS=/out/b.json\nBUILDCACHE_DIGEST=sha256:abc\n");
  CHECK(files.content("/out/b.json")->find(R"("cache-from": "a\nb")") != std::string::npos);
  CHECK(files.mode("/out/b.env") == 0644U);
}

TEST_CASE("output file: when the JSON file cannot be written, no dotenv points at it") {
  support::MemoryFiles files;
  files.add("/out/other", "");
  files.fail_next("/out/b.json", core::ErrorKind::forbidden);
  CHECK_FALSE(write_output_file(files, {"/out/b.env", std::nullopt}, Provider::gitlab, kOutputs)
                  .has_value());
  CHECK_FALSE(files.content("/out/b.env").has_value());
}

TEST_CASE("output file: properties and JSON stand alone") {
  support::MemoryFiles files;
  REQUIRE(write_output_file(files, {"/b", std::nullopt}, Provider::jenkins, kOutputs).has_value());
  CHECK(files.content("/b") == "BUILDCACHE_DIGEST=sha256:abc\nBUILDCACHE_CACHE_FROM=a\\nb\n");
  REQUIRE(write_output_file(files, {"/b", OutputFormat::json}, Provider::jenkins, kOutputs)
              .has_value());
  CHECK(files.content("/b")->starts_with("{"));
  CHECK(files.files() == Paths{"/b"});
}

TEST_CASE("output file: GitHub's grammar is appended to what others wrote") {
  support::MemoryFiles files;
  files.add("/b", "other=1\n");
  const OutputFile output{"/b", OutputFormat::github};
  REQUIRE(forget_outputs(files, output, Provider::local).has_value());
  REQUIRE(write_output_file(files, output, Provider::local, kOutputs).has_value());
  CHECK(files.content("/b")->starts_with("other=1\ndigest<<"));
}

}  // namespace
}  // namespace buildcache::commands
