// Options of the commands, from words to the structs commands take.
#pragma once

#include "cli/words.hpp"
#include "commands/options.hpp"
#include "core/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace buildcache::cli {

// Errors of all: usage, naming the word and, where one is near, the option that was meant.
core::Result<commands::PlanOptions> read_plan_options(const std::vector<std::string>& words);
core::Result<commands::RunOptions> read_run_options(const std::vector<std::string>& words);
// Errors: usage.
core::Result<commands::MountsOptions> read_mounts_options(const std::vector<std::string>& words);
core::Result<commands::LoginOptions> read_login_options(const std::vector<std::string>& words);
core::Result<commands::LogoutOptions> read_logout_options(const std::vector<std::string>& words);
core::Result<commands::SimulateOptions> read_simulate_options(
    const std::vector<std::string>& words);
core::Result<commands::ValidateOptions> read_validate_options(
    const std::vector<std::string>& words);
// Returns whether JSON is asked for.
core::Result<bool> read_version_options(const std::vector<std::string>& words);
// Returns the shell's name: a word of values_of("completion", "shell").
core::Result<std::string> read_completion_options(const std::vector<std::string>& words);
// For commands that take no options.
core::Result<void> read_no_options(const std::string& command,
                                   const std::vector<std::string>& words);

// Of `login` and `logout`.
std::vector<KnownOption> login_command_options(std::string_view command);
// Of `simulate`.
std::vector<KnownOption> simulate_command_options();
// Of `mounts`.
std::vector<KnownOption> mounts_command_options();
// Of `validate`, `version` and `completion`; none of any other.
std::vector<KnownOption> small_command_options(std::string_view command);

// Whether the words ask for a log of JSON lines; asked before they are read, so that what is wrong
// with them is told in that form.
bool wants_json_log(const std::vector<std::string>& words);

// The options of one command, by its name; none for commands that take none.
std::vector<KnownOption> options_of(std::string_view command);

// The words an option of a command takes; empty where any text will do.
std::vector<std::string> values_of(std::string_view command, std::string_view option);

// The help of one command's options, as printed by `buildcache COMMAND --help`.
std::string plan_help();
std::string run_help();
std::string mounts_help();
std::string login_help();
std::string logout_help();
std::string simulate_help();
std::string validate_help();
std::string version_help();
std::string completion_help();

}  // namespace buildcache::cli
