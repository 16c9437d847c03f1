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

void add_unless_empty(Argv& argv, std::string_view flag, const std::string& value) {
  if (!value.empty()) {
    add(argv, flag, value);
  }
}

// What RUN instructions see besides the build's files.
void add_options(Argv& argv, const config::BuildOptions& options) {
  for (const auto& [name, source] : options.contexts) {
    add(argv, "--build-context", assignment(name, source));
  }
  for (const std::string& source : options.ssh) {
    add(argv, "--ssh", source);
  }
  add_unless_empty(argv, "--network", options.network);
  add_unless_empty(argv, "--shm-size", options.shm_size);
  for (const auto& [name, limit] : options.ulimits) {
    add(argv, "--ulimit", assignment(name, limit));
  }
  for (const auto& [host, address] : options.add_hosts) {
    add(argv, "--add-host", assignment(host, address));
  }
  add_unless_empty(argv, "--cgroup-parent", options.cgroup_parent);
  for (const std::string& entitlement : options.allow) {
    add(argv, "--allow", entitlement);
  }
}

// What concerns the product alone: asking anew, and what is said about the result.
void add_product_options(Argv& argv, const plan::Build& build) {
  const config::BuildOptions& options = build.options;
  if (build.no_cache) {
    argv.emplace_back("--no-cache");
  }
  for (const std::string& stage : options.no_cache_filter) {
    add(argv, "--no-cache-filter", stage);
  }
  if (options.pull) {
    argv.emplace_back("--pull");
  }
  for (const auto& [name, value] : options.annotations) {
    add(argv, "--annotation", assignment(name, value));
  }
  if (!options.provenance.empty()) {
    argv.push_back("--provenance=" + options.provenance);
  }
  if (!options.sbom.empty()) {
    argv.push_back("--sbom=" + options.sbom);
  }
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
  add_options(argv, build.options);
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

std::string compression_of(const plan::Build& build) {
  return build.compression == config::Compression::gzip
             ? std::string()
             : ",compression=" + std::string(config::word_of(build.compression));
}

// Layers keep the compression they were made with, whatever a later cache export asks for, so that
// the image has to ask for the cache's. The docker driver makes an image of every build that says
// nothing else; others only when it goes somewhere.
std::string image_output(const plan::Build& build) {
  std::string output = std::string("type=image,") + (build.push ? "push=true" : "unpack=true");
  if (build.push && build.push_plain_http) {
    output += ",registry.insecure=true";
  }
  const std::string compression = compression_of(build);
  return output + compression + (compression.empty() ? "" : ",oci-mediatypes=true");
}

void add_outputs(Argv& argv, const plan::Build& build, bool docker_driver) {
  const bool plain = build.compression == config::Compression::gzip && !build.push_plain_http;
  const bool keeps_image = docker_driver && (build.load || build.options.outputs.empty());
  const bool loads = build.load && !docker_driver;
  const bool alone = build.options.outputs.empty() && !loads && build.layout.empty();
  if (plain && alone) {
    if (build.push) {
      argv.emplace_back("--push");
    }
    return;
  }
  if (build.push || keeps_image) {
    add(argv, "--output", image_output(build));
  }
  if (loads) {
    add(argv, "--output", "type=docker");
  }
  for (const std::string& output : build.options.outputs) {
    add(argv, "--output", output);
  }
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
  add_product_options(argv, target.build);
  add_sources(argv, sources);
  add_outputs(argv, target.build, builder.driver == "docker");
  if (!target.build.layout.empty()) {
    add(argv,
        "--output",
        "type=oci,tar=false," + csv_field("dest=" + paths.layouts + target.build.layout) +
            compression_of(target.build));
  }
  end(argv, target.build);
  return argv;
}

std::vector<std::string> export_argv(const plan::TargetPlan& target,
                                     const plan::CacheExport& cache_export,
                                     const plan::BuilderChoice& builder,
                                     const std::vector<core::CacheSpec>& sources,
                                     const RunPaths& paths) {
  Argv argv = begin(builder, paths);
  plan::Build build = target.build;
  if (!cache_export.platform.empty()) {
    build.platforms = {cache_export.platform};
  }
  add_build(argv, build);
  add_sources(argv, sources);
  add(argv, "--cache-to", cache_export.staging_spec.str());
  // Without an output of its own the docker driver would make an image once more.
  add(argv, "--output", cache_export.output);
  argv.emplace_back("--provenance=false");
  end(argv, target.build);
  return argv;
}

std::vector<std::string> agent_argv(const AgentBuild& build, const plan::BuilderChoice& builder) {
  Argv argv = begin(builder, {});
  add(argv, "--file", build.context + "/Dockerfile");
  for (const auto& [name, value] : build.args) {
    add(argv, "--build-arg", assignment(name, value));
  }
  for (const std::string& name : build.inherited_args) {
    add(argv, "--build-arg", name);
  }
  for (const auto& [id, file] : build.secrets) {
    add(argv, "--secret", csv_field("id=" + id) + "," + csv_field("src=" + file));
  }
  add_unless_empty(argv, "--network", build.network);
  add(argv, "--output", "type=local," + csv_field("dest=" + build.output));
  argv.emplace_back("--provenance=false");
  argv.emplace_back("--");
  argv.push_back(build.context);
  return argv;
}

}  // namespace buildcache::docker
