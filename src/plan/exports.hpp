// What a target's cache is exported to, and what must not be written twice. Pure.
#pragma once

#include "core/notice.hpp"
#include "core/result.hpp"
#include "plan/make_plan.hpp"

#include <optional>
#include <string>
#include <vector>

namespace buildcache::plan {

// Returns what layers are compressed with: as configured, zstd where that is open, gzip where the
// builder does not know zstd.
config::Compression compression_of(const config::Cache& cache,
                                   const docker::Capabilities& capabilities);

struct ExportDecision {
  std::optional<CacheExport> cache_export;
  std::string no_export_why;  // when nothing is exported
};

// Returns the one export of a target and the scopes it is published under, each marked `current`
// when it already carries a cache of this commit that this run's readers accept.
ExportDecision decide_export(const Facts& facts,
                             const docker::Capabilities& capabilities,
                             const TargetFacts& target,
                             const Wishes& wishes);

// Returns what is written beside everything this run publishes; `created` is left empty.
store::Stamp stamp_of(const Facts& facts);

// Returns notices about exports that concern the whole run.
std::vector<core::Notice> notices_of_exports(const Facts& facts,
                                             const docker::Capabilities& capabilities,
                                             const Wishes& wishes);

// Errors: config, when two targets write one cache or one product tag, or a product tag is a cache.
core::Result<void> check_written_once(const std::vector<TargetPlan>& targets);

}  // namespace buildcache::plan
