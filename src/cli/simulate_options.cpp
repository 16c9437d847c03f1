// Options of `simulate`.
#include "cli/options.hpp"
#include "cli/parse.hpp"
#include "cli/words.hpp"
#include "core/text.hpp"

#include <cxxopts.hpp>

#include <charconv>
#include <system_error>

namespace buildcache::cli {

namespace {

constexpr std::size_t kMostCommits = 100'000;

cxxopts::Options simulate_parser() {
  cxxopts::Options options("buildcache simulate",
                           "Says what past builds would have found under several fallback lists.");
  const auto text = [] { return cxxopts::value<std::string>(); };
  options.add_options()("C,directory", "work in DIR", text()->default_value("."), "DIR")(
      "f,file", "configuration file (default: .buildcache.yml)", text(), "FILE")(
      "last", "commits of the branch to replay (default: 200)", text(), "N")(
      "from", "replay the runs that FILE lists instead of the history", text(), "FILE")(
      "default-branch", "the branch to replay", text(), "NAME")(
      "fallback", "compare this list, too: words with commas between (repeatable)", text(), "LIST")(
      "path", "count whether this file or folder changed (repeatable)", text(), "PATH")(
      "format", "text, json, markdown or html", text()->default_value("text"), "FORMAT")(
      "h,help", "show this help");
  return options;
}

core::Result<std::size_t> commits_of(const std::string& word) {
  std::size_t count = 0;
  const char* end = word.data() + word.size();
  const auto [stop, failure] = std::from_chars(word.data(), end, count);
  if (failure != std::errc() || stop != end || count == 0 || count > kMostCommits) {
    return tl::unexpected(usage_error("--last takes a number from 1 to " +
                                          std::to_string(kMostCommits) + ", not " +
                                          core::shortened(core::printable(word), 80),
                                      "simulate"));
  }
  return count;
}

// Every value of a repeated option as it was given: a list type would split it at its commas.
std::vector<std::string> texts_of(const cxxopts::ParseResult& parsed, const std::string& name) {
  std::vector<std::string> values;
  for (const cxxopts::KeyValue& given : parsed.arguments()) {
    if (given.key() == name) {
      values.push_back(given.value());
    }
  }
  return values;
}

core::Result<commands::ReplayFormat> format_of(const std::string& word) {
  if (word == "text") {
    return commands::ReplayFormat::text;
  }
  if (word == "json") {
    return commands::ReplayFormat::json;
  }
  if (word == "markdown") {
    return commands::ReplayFormat::markdown;
  }
  if (word == "html") {
    return commands::ReplayFormat::html;
  }
  return tl::unexpected(usage_error(
      "--format takes text, json, markdown or html, not " + core::printable(word), "simulate"));
}

// Without slashes at either end and "./" before it: as the tree has it.
core::Result<std::string> path_of(const std::string& word) {
  std::string_view path = word;
  while (path.starts_with("./")) {
    path.remove_prefix(2);
  }
  while (path.ends_with('/')) {
    path.remove_suffix(1);
  }
  const bool outside = path.starts_with('/') || path == ".." || path.starts_with("../") ||
                       path.find("/../") != std::string_view::npos || path.ends_with("/..") ||
                       path.find("//") != std::string_view::npos;
  if (path.empty() || path == "." || outside) {
    return tl::unexpected(
        usage_error("--path takes a file or folder from the repository's top directory, not " +
                        core::shortened(core::printable(word), 80),
                    "simulate"));
  }
  return std::string(path);
}

}  // namespace

core::Result<commands::SimulateOptions> read_simulate_options(
    const std::vector<std::string>& words) {
  auto parser = simulate_parser();
  const auto parsed = parse(parser, words, "simulate");
  if (!parsed) {
    return tl::unexpected(parsed.error());
  }
  commands::SimulateOptions options;
  options.common.directory = (*parsed)["directory"].as<std::string>();
  options.common.file = text_of(*parsed, "file");
  options.common.overrides.default_branch = text_of(*parsed, "default-branch");
  options.from = text_of(*parsed, "from");
  if (!options.from.empty() && parsed->count("last") > 0) {
    return tl::unexpected(usage_error("--from and --last exclude each other", "simulate"));
  }
  if (parsed->count("last") > 0) {
    const auto commits = commits_of(text_of(*parsed, "last"));
    if (!commits) {
      return tl::unexpected(commits.error());
    }
    options.last = *commits;
  }
  const auto format = format_of((*parsed)["format"].as<std::string>());
  if (!format) {
    return tl::unexpected(format.error());
  }
  options.format = *format;
  options.fallbacks = texts_of(*parsed, "fallback");
  for (const std::string& word : texts_of(*parsed, "path")) {
    auto path = path_of(word);
    if (!path) {
      return tl::unexpected(path.error());
    }
    options.paths.push_back(std::move(*path));
  }
  return options;
}

std::vector<KnownOption> simulate_command_options() {
  return known_options(simulate_parser());
}

std::string simulate_help() {
  return help_of(simulate_parser(), {""}) + R"(
Replays the branch's history as if each commit had been built when it was pushed, and each merged
change right before its merge, and counts which cache each build would have found first. Reads the
configuration and the clone; asks no store, engine or network. docs/simulate.md tells how to read
the table.

Examples:
  buildcache simulate
  buildcache simulate --last 1000 --default-branch main
  buildcache simulate --fallback branch,base --path package-lock.json --format markdown
)";
}

}  // namespace buildcache::cli
