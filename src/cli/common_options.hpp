// Options that every command which plans has.
#pragma once

#include "commands/options.hpp"
#include "core/result.hpp"

#include <string>
#include <string_view>

namespace cxxopts {
class Options;
class ParseResult;
}  // namespace cxxopts

namespace buildcache::cli {

// The value of --log-format for JSON lines.
inline constexpr std::string_view kJsonLog = "json";

// Adds them to the groups "common" and kOverrides (parse.hpp).
void add_common(cxxopts::Options& options);
void add_overrides(cxxopts::Options& options);

// Returns what was given of them. Errors: usage, naming the command's help.
core::Result<commands::CommonOptions> common_of(const cxxopts::ParseResult& parsed,
                                                const std::string& command);

}  // namespace buildcache::cli
