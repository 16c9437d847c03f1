// A target's plan as `docker buildx build` command lines. Pure.
#pragma once

#include "core/cache_spec.hpp"
#include "docker/capabilities.hpp"
#include "plan/plan.hpp"

#include <map>
#include <string>
#include <vector>

namespace buildcache::docker {

// Where this run keeps the files buildx reads and writes.
struct RunPaths {
  std::string metadata_file;  // empty: no --metadata-file (as `plan` prints it)
  std::string layouts = {};   // folder of OCI layouts, with a final slash; empty: the current one
};

// Returns the product solve: no --cache-to. `sources` are the caches to import, possibly fewer than
// the plan's after one broke.
std::vector<std::string> product_argv(const plan::TargetPlan& target,
                                      const plan::BuilderChoice& builder,
                                      const std::vector<core::CacheSpec>& sources,
                                      const RunPaths& paths);

// Returns the export solve: the same build, of the export's platform alone where it has one,
// without outputs, no-cache or pull, exporting once to the staging ref.
std::vector<std::string> export_argv(const plan::TargetPlan& target,
                                     const plan::CacheExport& cache_export,
                                     const plan::BuilderChoice& builder,
                                     const std::vector<core::CacheSpec>& sources,
                                     const RunPaths& paths);

// A build of our own: a folder with its Dockerfile, whose result is written to another folder.
struct AgentBuild {
  std::string context;
  std::string output;
  std::map<std::string, std::string> args = {};
  std::vector<std::string> inherited_args = {};  // whose values buildx takes from its environment
  std::map<std::string, std::string> secrets = {};  // files by id
  std::string network = {};                         // as `--network`; empty: buildx's default
};

std::vector<std::string> agent_argv(const AgentBuild& build, const plan::BuilderChoice& builder);

}  // namespace buildcache::docker
