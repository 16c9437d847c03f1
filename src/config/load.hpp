// .buildcache.yml -> Config.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "core/error.hpp"
#include "core/result.hpp"
#include "sys/environment.hpp"
#include "sys/files.hpp"

namespace buildcache::config {

struct Loaded {
  Config config;
  std::vector<core::Error> errors;  // all of the file at once, in the order of positions
};

// Parses `text`. `file` is used in positions only; `directory` is what relative paths start from.
// `${VAR}` reads `environment`. With errors the config is incomplete and must not be used.
// Error kinds: config.
Loaded parse(std::string_view text,
             const std::string& file,
             const std::string& directory,
             const sys::Environment& environment);

// Returns the configuration of a directory that has no file: one target named after the directory,
// built from its Dockerfile, and the store that suits the CI platform (docs/configuration.md).
// Errors: config, when there is no Dockerfile either.
core::Result<Config> defaults(sys::Files& files,
                              const std::string& directory,
                              const sys::Environment& environment);

// Returns the JSON Schema (draft 2020-12) of the file format, made from the same table the parser
// uses.
std::string schema_json();

}  // namespace buildcache::config
