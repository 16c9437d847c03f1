// Step outputs as files that later jobs and stages read. Pure.
#pragma once

#include "ci/delivery.hpp"
#include "core/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace buildcache::ci {

enum class OutputFormat {
  dotenv,      // GitLab's artifacts:reports:dotenv
  properties,  // java.util.Properties, for Jenkins' readProperties
  json,
  github,  // GITHUB_OUTPUT's grammar, for runners that imitate it
};

// The words of --output-format; nullopt for any other.
std::optional<OutputFormat> output_format(std::string_view word);

// Returns the format a file name asks for by its suffix (.env, .properties, .json), else what suits
// the platform.
OutputFormat format_of(std::string_view file, Provider provider);

// Returns "BUILDCACHE_CACHE_FROM" for "cache-from".
std::string variable_name(std::string_view output);

// Returns lines "BUILDCACHE_DIGEST=sha256:…" that GitLab's server takes
// (app/services/ci/parse_dotenv_artifact_service.rb: no blank line, fewer than 5120 bytes, 20
// variables) and that no later job reads otherwise: it would expand `$`, and other readers strip
// quotes and cut at `#`. Values that are empty, hold such bytes, or do not fit are left out;
// BUILDCACHE_OUTPUTS names `json_path`, the file that has them all, unless that does not fit
// either.
std::string dotenv(const Outputs& outputs, std::string_view json_path);

// Returns all outputs under the same names, escaped to ASCII as java.util.Properties writes them.
std::string properties(const Outputs& outputs);

// Returns one object with the outputs' own names. A value that is a JSON object stays one.
std::string outputs_json(const Outputs& outputs);

// Returns the file beside `path` that has all outputs as JSON: "buildcache.env" ->
// "buildcache.json".
std::string json_beside(const std::string& path);

}  // namespace buildcache::ci
