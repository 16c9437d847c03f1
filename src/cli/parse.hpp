// The options library, as the readers of options use it.
#pragma once

#include "cli/words.hpp"
#include "core/result.hpp"

#include <string>
#include <vector>

namespace cxxopts {
class Options;
class ParseResult;
}  // namespace cxxopts

namespace buildcache::cli {

// The group of options that an empty value leaves unset.
inline constexpr const char* kOverrides = "override";

// Returns what `options` knows.
std::vector<KnownOption> known_options(const cxxopts::Options& options);

// Returns the words as `options` reads them. Errors: usage.
core::Result<cxxopts::ParseResult> parse(cxxopts::Options& options,
                                         const std::vector<std::string>& words,
                                         const std::string& command);

// Returns the option's value, empty when it was not given.
std::string text_of(const cxxopts::ParseResult& parsed, const std::string& name);

// Returns the help of these groups.
std::string help_of(cxxopts::Options options, const std::vector<std::string>& groups);

}  // namespace buildcache::cli
