#include "cli/options.hpp"

#include "cli/common_options.hpp"
#include "cli/parse.hpp"
#include "cli/words.hpp"
#include "core/text.hpp"

#include <cxxopts.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace buildcache::cli {

namespace {

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
    return mounts_command_options();
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
