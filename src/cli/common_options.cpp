#include "cli/common_options.hpp"

#include "cli/parse.hpp"
#include "cli/words.hpp"
#include "core/text.hpp"

#include <cxxopts.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace buildcache::cli {

namespace {

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

}  // namespace

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

core::Result<commands::CommonOptions> common_of(const cxxopts::ParseResult& parsed,
                                                const std::string& command) {
  commands::CommonOptions common;
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

}  // namespace buildcache::cli
