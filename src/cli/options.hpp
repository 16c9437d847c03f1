// Options of the commands, from words to the structs commands take.
#pragma once

#include "commands/options.hpp"
#include "core/result.hpp"

#include <string>
#include <vector>

namespace buildcache::cli {

// Errors of all: usage, naming the word and, where one is near, the option that was meant.
core::Result<commands::PlanOptions> read_plan_options(const std::vector<std::string>& words);
core::Result<commands::RunOptions> read_run_options(const std::vector<std::string>& words);
core::Result<commands::LoginOptions> read_login_options(const std::vector<std::string>& words);
core::Result<commands::LogoutOptions> read_logout_options(const std::vector<std::string>& words);
core::Result<commands::ValidateOptions> read_validate_options(
    const std::vector<std::string>& words);
// For commands that take no options.
core::Result<void> read_no_options(const std::string& command,
                                   const std::vector<std::string>& words);

// The help of one command's options, as printed by `buildcache COMMAND --help`.
std::string plan_help();
std::string run_help();
std::string login_help();
std::string logout_help();
std::string validate_help();

}  // namespace buildcache::cli
