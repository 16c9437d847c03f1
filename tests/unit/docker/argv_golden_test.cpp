#include "docker/argv.hpp"
#include "golden_case.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace buildcache::docker {
namespace {

using Json = nlohmann::json;

core::CacheSpec spec_of(const Json& json) {
  core::CacheSpec spec{json.at("type"), {}};
  for (const auto& attribute : json.at("attributes")) {
    spec.attributes.emplace_back(attribute.at(0), attribute.at(1));
  }
  return spec;
}

config::Compression compression_of(const std::string& word) {
  for (const auto compression : {config::Compression::zstd, config::Compression::uncompressed}) {
    if (word == config::word_of(compression)) {
      return compression;
    }
  }
  return config::Compression::gzip;
}

plan::TargetPlan target_of(const Json& json) {
  plan::TargetPlan target;
  target.name = "api";
  const Json& build = json.at("build");
  target.build.context = build.value("context", ".");
  target.build.dockerfile = build.value("dockerfile", "");
  target.build.stage = build.value("stage", "");
  target.build.args = build.value("args", std::map<std::string, std::string>{});
  target.build.platforms = build.value("platforms", std::vector<std::string>{});
  target.build.tags = build.value("tags", std::vector<std::string>{});
  target.build.labels = build.value("labels", std::map<std::string, std::string>{});
  for (const auto& secret : build.value("secrets", Json::array())) {
    target.build.secrets.push_back(
        {secret.at("id"), secret.value("env", ""), secret.value("file", "")});
  }
  target.build.compression = compression_of(build.value("compression", "gzip"));
  target.build.no_cache = build.value("no_cache", false);
  target.build.push = build.value("push", false);
  if (json.contains("export")) {
    target.exports.emplace_back();
    target.exports.front().staging_spec = spec_of(json.at("export"));
  }
  return target;
}

void print(std::ostream& out, const char* title, const std::vector<std::string>& argv) {
  out << title << '\n';
  for (const auto& word : argv) {
    out << "  " << Json(word).dump() << '\n';
  }
}

TEST_CASE("argv: a target's plan becomes the expected command lines") {
  for (const auto& folder : golden_cases("argv")) {
    CAPTURE(folder.filename().string());
    const Json json = Json::parse(read_text(folder / "plan.json"));
    const plan::TargetPlan target = target_of(json);
    const plan::BuilderChoice builder{json.value("builder", ""), json.value("driver", "docker")};
    std::vector<core::CacheSpec> sources;
    for (const auto& source : json.value("sources", Json::array())) {
      sources.push_back(spec_of(source));
    }
    const RunPaths paths{json.value("metadata_file", "")};
    std::ostringstream out;
    print(out, "product", product_argv(target, builder, sources, paths));
    if (!target.exports.empty()) {
      print(out, "export", export_argv(target, target.exports.front(), builder, sources, paths));
    }
    check_golden(folder, out.str());
  }
}

}  // namespace
}  // namespace buildcache::docker
