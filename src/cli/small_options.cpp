// Options of `validate`, `version` and `completion`.
#include "cli/options.hpp"
#include "cli/parse.hpp"
#include "cli/words.hpp"
#include "core/text.hpp"

#include <cxxopts.hpp>

#include <algorithm>

namespace buildcache::cli {

namespace {

cxxopts::Options validate_parser() {
  cxxopts::Options options("buildcache validate", "Checks a configuration file.");
  options.positional_help("[FILE]");
  options.add_options()("file",
                        "configuration file (default: .buildcache.yml)",
                        cxxopts::value<std::string>(),
                        "FILE")("h,help", "show this help");
  options.parse_positional({"file"});
  return options;
}

cxxopts::Options version_parser() {
  cxxopts::Options options("buildcache version", "Prints the version to standard output.");
  options.add_options()("json", "with the libraries' versions, as JSON")("h,help",
                                                                         "show this help");
  return options;
}

cxxopts::Options completion_parser() {
  cxxopts::Options options("buildcache completion",
                           "Prints a shell's completion script to standard output.");
  options.positional_help("bash|zsh|fish");
  options.add_options()("shell", "bash, zsh or fish", cxxopts::value<std::string>(), "SHELL")(
      "h,help", "show this help");
  options.parse_positional({"shell"});
  return options;
}

}  // namespace

core::Result<commands::ValidateOptions> read_validate_options(
    const std::vector<std::string>& words) {
  auto parser = validate_parser();
  const auto parsed = parse(parser, words, "validate");
  if (!parsed) {
    return tl::unexpected(parsed.error());
  }
  return commands::ValidateOptions{text_of(*parsed, "file")};
}

core::Result<bool> read_version_options(const std::vector<std::string>& words) {
  auto parser = version_parser();
  const auto parsed = parse(parser, words, "version");
  return parsed ? core::Result<bool>(parsed->count("json") > 0) : tl::unexpected(parsed.error());
}

core::Result<std::string> read_completion_options(const std::vector<std::string>& words) {
  auto parser = completion_parser();
  const auto parsed = parse(parser, words, "completion");
  if (!parsed) {
    return tl::unexpected(parsed.error());
  }
  std::string shell = text_of(*parsed, "shell");
  const auto shells = values_of("completion", "shell");
  if (std::ranges::find(shells, shell) == shells.end()) {
    return tl::unexpected(usage_error("completion takes bash, zsh or fish" +
                                          (shell.empty() ? "" : ", not " + core::printable(shell)),
                                      "completion"));
  }
  return shell;
}

std::vector<KnownOption> small_command_options(std::string_view command) {
  if (command == "validate") {
    return known_options(validate_parser());
  }
  if (command == "version") {
    return known_options(version_parser());
  }
  return command == "completion" ? known_options(completion_parser()) : std::vector<KnownOption>();
}

std::string validate_help() {
  return help_of(validate_parser(), {""}) + R"(
Prints every error of the file with its line and column, and exits with 3 if there is any. Reads no
git repository, CI event or network.
)";
}

std::string version_help() {
  return help_of(version_parser(), {""});
}

std::string completion_help() {
  return help_of(completion_parser(), {""}) + R"(
Examples:
  buildcache completion bash >/etc/bash_completion.d/buildcache
  buildcache completion zsh >"${fpath[1]}/_buildcache"
  buildcache completion fish >~/.config/fish/completions/buildcache.fish
)";
}

}  // namespace buildcache::cli
