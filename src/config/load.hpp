// .buildcache.yml -> Config.
#pragma once

#include "config/config.hpp"
#include "core/error.hpp"
#include "core/result.hpp"
#include "sys/environment.hpp"
#include "sys/files.hpp"

#include <string>
#include <string_view>
#include <vector>

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

// Reads the files named by `password: {file: PATH}` into the logins' passwords, without a final
// line break. Returns all failures: config, with the position of the path and without the content.
std::vector<core::Error> read_password_files(sys::Files& files, Config& config);

// Returns the configuration of a directory that has no file: one target named after the directory,
// built from its Dockerfile, and the store that suits the CI platform (docs/configuration.md).
// Errors: config, when there is no Dockerfile either.
core::Result<Config> defaults(sys::Files& files,
                              const std::string& directory,
                              const sys::Environment& environment);

// Returns the JSON Schema (draft 2020-12) of the file format, made from the same table the parser
// uses.
std::string schema_json();

// Reads a fallback list written as words with commas between, as on a command line.
// Errors: usage, naming the word that is none and those that are.
core::Result<std::vector<FallbackRule>> parse_fallback(const std::string& text);

}  // namespace buildcache::config
