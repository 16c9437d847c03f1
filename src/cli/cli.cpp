#include "cli/cli.hpp"

#include "cli/completion.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/options.hpp"
#include "commands/login.hpp"
#include "commands/logout.hpp"
#include "commands/messages.hpp"
#include "commands/mounts_agent.hpp"
#include "commands/mounts_carry.hpp"
#include "commands/mounts_clear.hpp"
#include "commands/mounts_list.hpp"
#include "commands/mounts_verify.hpp"
#include "commands/plan.hpp"
#include "commands/run.hpp"
#include "commands/simulate.hpp"
#include "commands/validate.hpp"
#include "commands/verbose.hpp"
#include "commands/version.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

namespace buildcache::cli {

namespace {

using Words = std::vector<std::string>;

core::Result<void> run_login(const commands::Seams& seams, const Words& words) {
  const auto options = read_login_options(words);
  return options ? commands::login(seams, *options) : tl::unexpected(options.error());
}

core::Result<void> run_logout(const commands::Seams& seams, const Words& words) {
  const auto options = read_logout_options(words);
  return options ? commands::logout(seams, *options) : tl::unexpected(options.error());
}

core::Result<void> run_mounts(const commands::Seams& seams, const Words& words) {
  if (words == Words{"agent"}) {
    return commands::mounts_agent(seams);
  }
  const auto options = read_mounts_options(words);
  if (!options) {
    return tl::unexpected(options.error());
  }
  switch (options->action) {
    case commands::MountsAction::list:
      return commands::mounts_list(seams, options->common);
    case commands::MountsAction::restore:
      return commands::mounts_restore(seams, options->common);
    case commands::MountsAction::save:
      return commands::mounts_save(seams, options->common);
    case commands::MountsAction::verify:
      return commands::mounts_verify(seams, options->common);
    case commands::MountsAction::clear:
      return commands::mounts_clear(seams, options->common);
  }
  return {};
}

core::Result<void> run_plan(const commands::Seams& seams, const Words& words) {
  const auto options = read_plan_options(words);
  return options ? commands::plan(seams, *options) : tl::unexpected(options.error());
}

core::Result<void> run_run(const commands::Seams& seams, const Words& words) {
  const auto options = read_run_options(words);
  return options ? commands::run(seams, *options) : tl::unexpected(options.error());
}

core::Result<void> run_simulate(const commands::Seams& seams, const Words& words) {
  const auto options = read_simulate_options(words);
  return options ? commands::simulate(seams, *options) : tl::unexpected(options.error());
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
  const auto json = read_version_options(words);
  if (!json) {
    return tl::unexpected(json.error());
  }
  commands::version(seams, *json);
  return {};
}

core::Result<void> run_completion(const commands::Seams& seams, const Words& words);

struct Entry {
  std::string_view name;
  core::Result<void> (*run)(const commands::Seams&, const Words&);
  std::string (*help)();
};

constexpr std::array kCommands = {
    Entry{"completion", run_completion, completion_help},
    Entry{"login", run_login, login_help},
    Entry{"logout", run_logout, logout_help},
    Entry{"mounts", run_mounts, mounts_help},
    Entry{"plan", run_plan, plan_help},
    Entry{"run", run_run, run_help},
    Entry{"schema", run_schema, schema_help},
    Entry{"simulate", run_simulate, simulate_help},
    Entry{"validate", run_validate, validate_help},
    Entry{"version", run_version, version_help},
};

Words command_names() {
  Words names;
  std::ranges::transform(kCommands, std::back_inserter(names), [](const Entry& entry) {
    return std::string(entry.name);
  });
  return names;
}

core::Result<void> run_completion(const commands::Seams& seams, const Words& words) {
  const auto shell = read_completion_options(words);
  if (!shell) {
    return tl::unexpected(shell.error());
  }
  seams.out(completion_script(*shell, command_names()));
  return {};
}

int unknown_command(const std::string& word, const commands::Seams& seams) {
  const std::string near = core::nearest(word, command_names());
  seams.err(commands::error_line(
      {core::ErrorKind::usage,
       "unknown command " + core::shortened(core::printable(word), 80),
       std::nullopt,
       near.empty() ? "see `buildcache --help`" : "did you mean " + near + "?"}));
  return kUsage;
}

bool asks_for_help(const Words& words) {
  const auto end = std::ranges::find(words, "--");
  return std::any_of(
      words.begin(), end, [](const std::string& word) { return word == "--help" || word == "-h"; });
}

int conclude(const core::Result<void>& result, const commands::Seams& seams) {
  if (result) {
    return kSuccess;
  }
  seams.err(commands::error_line(result.error()));
  const int signal = seams.interruption.signal();
  return signal != 0 ? kSignalBase + signal : exit_code_of(result.error().kind);
}

const Entry* find_command(const std::string& word) {
  const auto* entry = std::ranges::find(kCommands, std::string_view(word), &Entry::name);
  return entry == kCommands.end() ? nullptr : entry;
}

// "help", "help COMMAND".
int show_help(const Words& words, const commands::Seams& seams) {
  if (words.empty()) {
    seams.out(general_help());
    return kSuccess;
  }
  const Entry* entry = find_command(words.front());
  if (entry == nullptr) {
    return unknown_command(words.front(), seams);
  }
  seams.out(entry->help());
  return kSuccess;
}

}  // namespace

int main_of(const std::vector<std::string>& arguments, const commands::Seams& seams) {
  if (arguments.empty()) {
    seams.err(general_help());
    return kUsage;
  }
  const std::string& word = arguments.front();
  const Words words(arguments.begin() + 1, arguments.end());
  if (word == "help") {
    return show_help(words, seams);
  }
  if (word == "--help" || word == "-h") {
    return show_help({}, seams);
  }
  const Entry* entry = find_command(word == "--version" ? "version" : word);
  if (entry == nullptr) {
    return unknown_command(word, seams);
  }
  if (asks_for_help(words)) {
    return show_help({std::string(entry->name)}, seams);
  }
  const commands::Seams told = wants_json_log(words) ? commands::with_json_log(seams) : seams;
  return conclude(entry->run(told, words), told);
}

}  // namespace buildcache::cli
