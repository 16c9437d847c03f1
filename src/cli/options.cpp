#include "cli/options.hpp"

#include "cli/parse.hpp"
#include "cli/words.hpp"
#include "core/text.hpp"

#include <cxxopts.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace buildcache::cli {

namespace {

using commands::CommonOptions;

constexpr std::string_view kJsonLog = "json";

void add_common(cxxopts::Options& options) {
  auto add = options.add_options("common");
  add("C,directory", "work in DIR", cxxopts::value<std::string>()->default_value("."), "DIR");
  add("f,file",
      "configuration file (default: .buildcache.yml)",
      cxxopts::value<std::string>(),
      "FILE");
  add("t,target",
      "build TARGET and what it needs; repeated, or with commas, for several",
      cxxopts::value<std::vector<std::string>>(),
      "TARGET");
  add("no-push", "do not push images");
  add("no-cache", "import no cache and run every step; still export");
  add("no-cache-export", "write no cache");
  add("color",
      "auto, always or never",
      cxxopts::value<std::string>()->default_value("auto"),
      "WHEN");
  add("v,verbose", "tell every decision, program run and HTTP exchange, redacted");
  add("log-format",
      "text or json: the log on standard error, one object a line",
      cxxopts::value<std::string>()->default_value("text"),
      "FORMAT");
  add("h,help", "show this help");
}

void add_overrides(cxxopts::Options& options) {
  auto add = options.add_options(kOverrides);
  const auto text = [] { return cxxopts::value<std::string>(); };
  add("event",
      "push, tag, pull_request, merge_queue, release, schedule, manual, local",
      text(),
      "EVENT");
  add("branch", "branch being built", text(), "NAME");
  add("base-branch", "branch a change goes into", text(), "NAME");
  add("base-sha", "commit of the base branch the change started from", text(), "SHA");
  add("head-sha", "commit being built", text(), "SHA");
  add("tag", "tag being built", text(), "NAME");
  add("default-branch", "the repository's default branch", text(), "NAME");
  add("change", "number of the change request", text(), "NUMBER");
  add("fork", "the change comes from a fork (true or false)", text(), "BOOL");
  add("protected", "the branch is protected (true or false)", text(), "BOOL");
}

cxxopts::Options plan_parser() {
  cxxopts::Options options("buildcache plan", "Says what `run` would do, and why.");
  options.add_options("plan")("format",
                              "text, json or args",
                              cxxopts::value<std::string>()->default_value("text"),
                              "FORMAT")("offline", "ask neither stores nor the engine")(
      "explain", "tell every step: how bases were found, what each cache answered");
  add_common(options);
  add_overrides(options);
  return options;
}

cxxopts::Options run_parser() {
  cxxopts::Options options("buildcache run", "Builds the targets with the best caches there are.");
  const auto text = [] { return cxxopts::value<std::string>(); };
  options.add_options("run")("n,dry-run", "print plan and commands, build nothing")(
      "output-file", "write the outputs to FILE as well", text(), "FILE")(
      "output-format",
      "dotenv, properties, json or github (default: by the suffix of FILE, else by platform)",
      text(),
      "FORMAT")(
      "summary-file",
      "write the summary to FILE as well: HTML where it ends in .html, else Markdown; repeatable",
      cxxopts::value<std::vector<std::string>>(),
      "FILE");
  add_common(options);
  add_overrides(options);
  return options;
}

using commands::MountsAction;

constexpr std::array<std::pair<std::string_view, MountsAction>, 5> kMountsActions = {
    {{"list", MountsAction::list},
     {"restore", MountsAction::restore},
     {"save", MountsAction::save},
     {"verify", MountsAction::verify},
     {"clear", MountsAction::clear}}};

cxxopts::Options mounts_parser() {
  cxxopts::Options options("buildcache mounts",
                           "Looks after cache mounts that outlive the builder.");
  options.positional_help("list|restore|save|verify|clear");
  options.add_options()(
      "action", "list, restore, save, verify or clear", cxxopts::value<std::string>(), "ACTION");
  options.parse_positional({"action"});
  add_common(options);
  add_overrides(options);
  return options;
}

core::Result<std::optional<bool>> bool_of(const cxxopts::ParseResult& parsed,
                                          const std::string& name,
                                          const std::string& command) {
  const std::string word = text_of(parsed, name);
  if (word.empty()) {
    return std::optional<bool>();
  }
  // Azure Pipelines writes them with a capital.
  if (word == "true" || word == "True") {
    return std::optional<bool>(true);
  }
  if (word == "false" || word == "False") {
    return std::optional<bool>(false);
  }
  return tl::unexpected(
      usage_error("--" + name + " takes true or false, not " + core::printable(word), command));
}

core::Result<ci::Overrides> overrides_of(const cxxopts::ParseResult& parsed,
                                         const std::string& command) {
  ci::Overrides overrides;
  overrides.event = text_of(parsed, "event");
  overrides.branch = text_of(parsed, "branch");
  overrides.base_branch = text_of(parsed, "base-branch");
  overrides.base_sha = text_of(parsed, "base-sha");
  overrides.head_sha = text_of(parsed, "head-sha");
  overrides.tag = text_of(parsed, "tag");
  overrides.default_branch = text_of(parsed, "default-branch");
  overrides.change = text_of(parsed, "change");
  const auto fork = bool_of(parsed, "fork", command);
  const auto ref_protected = bool_of(parsed, "protected", command);
  if (!fork || !ref_protected) {
    return tl::unexpected(fork ? ref_protected.error() : fork.error());
  }
  overrides.fork = *fork;
  overrides.ref_protected = *ref_protected;
  return overrides;
}

core::Result<commands::ColourWish> colour_of(const std::string& word, const std::string& command) {
  if (word == "auto") {
    return commands::ColourWish::automatic;
  }
  if (word == "always" || word == "never") {
    return word == "always" ? commands::ColourWish::always : commands::ColourWish::never;
  }
  return tl::unexpected(
      usage_error("--color takes auto, always or never, not " + core::printable(word), command));
}

core::Result<CommonOptions> common_of(const cxxopts::ParseResult& parsed,
                                      const std::string& command) {
  CommonOptions common;
  common.directory = parsed["directory"].as<std::string>();
  common.file = text_of(parsed, "file");
  if (parsed.count("target") > 0) {
    common.wishes.targets = parsed["target"].as<std::vector<std::string>>();
  }
  if (std::ranges::find(common.wishes.targets, "") != common.wishes.targets.end()) {
    return tl::unexpected(usage_error("--target names no target", command));
  }
  common.wishes.push = parsed.count("no-push") == 0;
  common.wishes.no_cache = parsed.count("no-cache") > 0;
  common.wishes.cache_export = parsed.count("no-cache-export") == 0;
  common.verbosity =
      parsed.count("verbose") > 0 ? commands::Verbosity::verbose : commands::Verbosity::normal;
  auto overrides = overrides_of(parsed, command);
  if (!overrides) {
    return tl::unexpected(overrides.error());
  }
  common.overrides = std::move(*overrides);
  const auto colour = colour_of(parsed["color"].as<std::string>(), command);
  if (!colour) {
    return tl::unexpected(colour.error());
  }
  common.colour = *colour;
  const std::string format = parsed["log-format"].as<std::string>();
  if (format != "text" && format != kJsonLog) {
    return tl::unexpected(
        usage_error("--log-format takes text or json, not " + core::printable(format), command));
  }
  return common;
}

core::Result<commands::PlanFormat> format_of(const std::string& word) {
  if (word == "text") {
    return commands::PlanFormat::text;
  }
  if (word == "json") {
    return commands::PlanFormat::json;
  }
  if (word == "args") {
    return commands::PlanFormat::args;
  }
  return tl::unexpected(
      usage_error("--format takes text, json or args, not " + core::printable(word), "plan"));
}

core::Result<commands::OutputFile> output_file_of(const cxxopts::ParseResult& parsed) {
  commands::OutputFile output{text_of(parsed, "output-file"), std::nullopt};
  const std::string word = text_of(parsed, "output-format");
  if (word.empty()) {
    return output;
  }
  output.format = ci::output_format(word);
  if (!output.format) {
    return tl::unexpected(usage_error(
        "--output-format takes dotenv, properties, json or github, not " + core::printable(word),
        "run"));
  }
  if (output.path.empty()) {
    return tl::unexpected(usage_error("--output-format needs --output-file", "run"));
  }
  return output;
}

}  // namespace

core::Result<commands::PlanOptions> read_plan_options(const std::vector<std::string>& words) {
  auto parser = plan_parser();
  const auto parsed = parse(parser, words, "plan");
  if (!parsed) {
    return tl::unexpected(parsed.error());
  }
  commands::PlanOptions options;
  auto common = common_of(*parsed, "plan");
  if (!common) {
    return tl::unexpected(common.error());
  }
  options.common = std::move(*common);
  const auto format = format_of((*parsed)["format"].as<std::string>());
  if (!format) {
    return tl::unexpected(format.error());
  }
  options.format = *format;
  if (parsed->count("explain") > 0) {
    if (*format != commands::PlanFormat::text) {
      return tl::unexpected(usage_error(
          "--explain is for people: leave --format out; its JSON tells all of it anyway", "plan"));
    }
    options.format = commands::PlanFormat::explained;
  }
  options.probe = parsed->count("offline") == 0;
  return options;
}

core::Result<commands::RunOptions> read_run_options(const std::vector<std::string>& words) {
  auto parser = run_parser();
  const auto parsed = parse(parser, words, "run");
  if (!parsed) {
    return tl::unexpected(parsed.error());
  }
  commands::RunOptions options;
  auto common = common_of(*parsed, "run");
  if (!common) {
    return tl::unexpected(common.error());
  }
  options.common = std::move(*common);
  options.dry_run = parsed->count("dry-run") > 0;
  auto output = output_file_of(*parsed);
  if (!output) {
    return tl::unexpected(output.error());
  }
  options.output = std::move(*output);
  if (parsed->count("summary-file") > 0) {
    options.summary_files = (*parsed)["summary-file"].as<std::vector<std::string>>();
  }
  return options;
}

core::Result<commands::MountsOptions> read_mounts_options(const std::vector<std::string>& words) {
  auto parser = mounts_parser();
  const auto parsed = parse(parser, words, "mounts");
  if (!parsed) {
    return tl::unexpected(parsed.error());
  }
  const std::string action = text_of(*parsed, "action");
  const auto* const found =
      std::ranges::find(kMountsActions, action, &std::pair<std::string_view, MountsAction>::first);
  if (found == kMountsActions.end()) {
    return tl::unexpected(
        usage_error("mounts takes list, restore, save, verify or clear" +
                        (action.empty() ? "" : ", not " + core::printable(action)),
                    "mounts"));
  }
  auto common = common_of(*parsed, "mounts");
  return common ? core::Result<commands::MountsOptions>({found->second, *std::move(common)})
                : tl::unexpected(common.error());
}

bool wants_json_log(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const bool apart =
        words[i] == "--log-format" && i + 1 < words.size() && words[i + 1] == kJsonLog;
    if (apart || words[i] == "--log-format=" + std::string(kJsonLog)) {
      return true;
    }
  }
  return false;
}

std::vector<KnownOption> options_of(std::string_view command) {
  if (command == "plan") {
    return known_options(plan_parser());
  }
  if (command == "run") {
    return known_options(run_parser());
  }
  if (command == "mounts") {
    return known_options(mounts_parser());
  }
  if (command == "simulate") {
    return simulate_command_options();
  }
  if (command == "login" || command == "logout") {
    return login_command_options(command);
  }
  return small_command_options(command);
}

std::vector<std::string> values_of(std::string_view command, std::string_view option) {
  if (command == "simulate" && option == "format") {
    return {"text", "json", "markdown", "html"};
  }
  static const std::map<std::string_view, std::vector<std::string>> kValues{
      {"color", {"auto", "always", "never"}},
      {"format", {"text", "json", "args"}},
      {"log-format", {"text", "json"}},
      {"output-format", {"dotenv", "properties", "json", "github"}},
      {"event",
       {"push", "tag", "pull_request", "merge_queue", "release", "schedule", "manual", "local"}},
      {"fork", {"true", "false"}},
      {"protected", {"true", "false"}},
      {"shell", {"bash", "zsh", "fish"}}};
  const auto found = kValues.find(option);
  return found == kValues.end() ? std::vector<std::string>() : found->second;
}

core::Result<void> read_no_options(const std::string& command,
                                   const std::vector<std::string>& words) {
  if (!words.empty()) {
    return tl::unexpected(usage_error("unexpected argument " + core::printable(words.front()),
                                      command,
                                      "`buildcache " + command + "` takes none"));
  }
  return {};
}

std::string mounts_help() {
  return help_of(mounts_parser(), {"common", kOverrides}) + R"(
`list` prints the cache mounts (RUN --mount=type=cache) that a target's `mounts` names, the lines of
the Dockerfile that use them, and the generation `run` would restore. Changes nothing.

Example:
  buildcache mounts list --target api
)";
}

std::string plan_help() {
  return help_of(plan_parser(), {"plan", "common", kOverrides}) + R"(
Override options replace what the CI platform says of the run.
Asks the stores which caches exist and the engine what it can do, and changes nothing.
Text and JSON go to standard output; `json` is described in docs/plan-json.md, `args` prints the
--cache-from and --cache-to flags of one target for a build of your own.

Examples:
  buildcache plan
  buildcache plan --format json --target api
  eval "docker buildx build $(buildcache plan --format args --target api) ."
)";
}

std::string run_help() {
  return help_of(run_parser(), {"run", "common", kOverrides}) + R"(
Override options replace what the CI platform says of the run.
Plans, builds the targets in the order of their needs, pushes what is to be pushed, then publishes
the caches. Trouble with a cache is told and never fails a build.
Exit code 1 means that a target was not built or not pushed; `buildcache --help` lists all.

Examples:
  buildcache run
  buildcache run --target api --no-push
  buildcache run --output-file buildcache.env --summary-file buildcache.html
  buildcache run --dry-run
)";
}

}  // namespace buildcache::cli
