#include "cli/cli.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/options.hpp"
#include "commands/messages.hpp"
#include "commands/plan.hpp"
#include "commands/run.hpp"
#include "commands/validate.hpp"
#include "core/text.hpp"
#include "core/version.hpp"

namespace buildcache::cli {

namespace {

using Words = std::vector<std::string>;

core::Result<void> run_plan(const commands::Seams& seams, const Words& words) {
  const auto options = read_plan_options(words);
  return options ? commands::plan(seams, *options) : tl::unexpected(options.error());
}

core::Result<void> run_run(const commands::Seams& seams, const Words& words) {
  const auto options = read_run_options(words);
  return options ? commands::run(seams, *options) : tl::unexpected(options.error());
}

core::Result<void> run_validate(const commands::Seams& seams, const Words& words) {
  const auto options = read_validate_options(words);
  return options ? commands::validate(seams, *options) : tl::unexpected(options.error());
}

core::Result<void> run_schema(const commands::Seams& seams, const Words& words) {
  const auto options = read_no_options("schema", words);
  return options ? commands::schema(seams) : tl::unexpected(options.error());
}

core::Result<void> run_version(const commands::Seams& seams, const Words& words) {
  const auto options = read_no_options("version", words);
  if (options) {
    seams.out("buildcache " + std::string(core::kVersion) + "\n");
  }
  return options;
}

struct Entry {
  std::string_view name;
  core::Result<void> (*run)(const commands::Seams&, const Words&);
  std::string (*help)();
};

constexpr std::array kCommands = {
    Entry{"plan", run_plan, plan_help},
    Entry{"run", run_run, run_help},
    Entry{"schema", run_schema, general_help},
    Entry{"validate", run_validate, validate_help},
    Entry{"version", run_version, general_help},
};

int unknown_command(const std::string& word, const commands::Seams& seams) {
  std::vector<std::string> names;
  std::ranges::transform(kCommands, std::back_inserter(names), [](const Entry& entry) {
    return std::string(entry.name);
  });
  const std::string near = core::nearest(word, names);
  seams.err(commands::error_line({core::ErrorKind::usage,
                                  "unknown command " + word,
                                  std::nullopt,
                                  near.empty() ? "see `buildcache --help`"
                                               : "did you mean " + near + "?"}));
  return kUsage;
}

bool asks_for_help(const Words& words) {
  const auto end = std::ranges::find(words, "--");
  return std::any_of(words.begin(), end, [](const std::string& word) {
    return word == "--help" || word == "-h";
  });
}

int conclude(const core::Result<void>& result, const commands::Seams& seams) {
  if (result) {
    return kSuccess;
  }
  seams.err(commands::error_line(result.error()));
  const int signal = seams.interruption.signal();
  const bool cancelled = result.error().kind == core::ErrorKind::cancelled || signal != 0;
  return cancelled ? kSignalBase + signal : exit_code_of(result.error().kind);
}

}  // namespace

int main_of(const std::vector<std::string>& arguments, const commands::Seams& seams) {
  if (arguments.empty()) {
    seams.err(general_help());
    return kUsage;
  }
  const std::string& word = arguments.front();
  if (word == "--help" || word == "-h" || word == "help") {
    seams.out(general_help());
    return kSuccess;
  }
  const auto* entry =
      std::ranges::find(kCommands, word == "--version" ? "version" : std::string_view(word),
                        &Entry::name);
  if (entry == kCommands.end()) {
    return unknown_command(word, seams);
  }
  const Words words(arguments.begin() + 1, arguments.end());
  if (asks_for_help(words)) {
    seams.out(entry->help());
    return kSuccess;
  }
  return conclude(entry->run(seams, words), seams);
}

}  // namespace buildcache::cli
