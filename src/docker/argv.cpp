#include "docker/argv.hpp"

#include "docker/csv.hpp"

#include <string_view>

namespace buildcache::docker {
namespace {

using Argv = std::vector<std::string>;

void add(Argv& argv, std::string_view flag, std::string value) {
  argv.emplace_back(flag);
  argv.push_back(std::move(value));
}

// Returns a path that buildx cannot take for a flag or, as a lone "-", for standard input.
std::string safe_path(const std::string& path) {
  return path.starts_with('-') ? "./" + path : path;
}

std::string assignment(const std::string& name, const std::string& value) {
  std::string text = name;
  return text.append("=").append(value);
}

std::string secret_value(const config::BuildSecret& secret) {
  const std::string source = secret.env.empty()
                                 ? "type=file," + csv_field("src=" + safe_path(secret.file))
                                 : "type=env," + csv_field("env=" + secret.env);
  return csv_field("id=" + secret.id) + "," + source;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ",") + word;
  }
  return text;
}

// What decides the content of the solve; alike for product and export, so that the second is
// answered by the builder.
void add_build(Argv& argv, const plan::Build& build) {
  if (!build.dockerfile.empty()) {
    add(argv, "--file", safe_path(build.dockerfile));
  }
  if (!build.stage.empty()) {
    add(argv, "--target", build.stage);
  }
  for (const auto& [name, value] : build.args) {
    add(argv, "--build-arg", assignment(name, value));
  }
  if (!build.platforms.empty()) {
    add(argv, "--platform", joined(build.platforms));
  }
  for (const auto& [name, value] : build.labels) {
    add(argv, "--label", assignment(name, value));
  }
  for (const auto& secret : build.secrets) {
    add(argv, "--secret", secret_value(secret));
  }
}

void add_sources(Argv& argv, const std::vector<core::CacheSpec>& sources) {
  for (const auto& source : sources) {
    add(argv, "--cache-from", source.str());
  }
}

Argv begin(const plan::BuilderChoice& builder, const RunPaths& paths) {
  Argv argv = {"docker", "buildx", "build", "--progress", "rawjson"};
  if (!builder.name.empty()) {
    add(argv, "--builder", builder.name);
  }
  if (!paths.metadata_file.empty()) {
    add(argv, "--metadata-file", paths.metadata_file);
  }
  return argv;
}

void end(Argv& argv, const plan::Build& build) {
  argv.emplace_back("--");
  argv.push_back(safe_path(build.context));
}

// Layers keep the compression they were made with, whatever a later cache export asks for, so that
// the image has to ask for the cache's. The docker driver makes an image of every build; others
// only when it goes somewhere.
void add_output(Argv& argv, const plan::TargetPlan& target, const plan::BuilderChoice& builder) {
  const std::string compression(config::word_of(target.build.compression));
  const bool plain = target.build.compression == config::Compression::gzip;
  const bool push = target.build.push;
  if (target.build.load) {
    argv.emplace_back("--load");
    return;
  }
  if (plain && push) {
    argv.emplace_back("--push");
  }
  if (plain || (!push && builder.driver != "docker")) {
    return;
  }
  add(argv,
      "--output",
      std::string("type=image,") + (push ? "push=true," : "unpack=true,") +
          "compression=" + compression + ",oci-mediatypes=true");
}

}  // namespace

std::vector<std::string> product_argv(const plan::TargetPlan& target,
                                      const plan::BuilderChoice& builder,
                                      const std::vector<core::CacheSpec>& sources,
                                      const RunPaths& paths) {
  Argv argv = begin(builder, paths);
  add_build(argv, target.build);
  for (const auto& tag : target.build.tags) {
    add(argv, "--tag", tag);
  }
  if (target.build.no_cache) {
    argv.emplace_back("--no-cache");
  }
  add_sources(argv, sources);
  add_output(argv, target, builder);
  end(argv, target.build);
  return argv;
}

std::vector<std::string> export_argv(const plan::TargetPlan& target,
                                     const plan::BuilderChoice& builder,
                                     const std::vector<core::CacheSpec>& sources,
                                     const RunPaths& paths) {
  Argv argv = begin(builder, paths);
  add_build(argv, target.build);
  add_sources(argv, sources);
  add(argv, "--cache-to", target.cache_export->staging_spec.str());
  // Without an output of its own the docker driver would make an image once more.
  add(argv, "--output", "type=cacheonly");
  argv.emplace_back("--provenance=false");
  end(argv, target.build);
  return argv;
}

}  // namespace buildcache::docker
