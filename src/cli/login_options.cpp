// Options of `login` and `logout`.
#include "cli/options.hpp"
#include "cli/parse.hpp"
#include "cli/words.hpp"
#include "core/image_ref.hpp"
#include "core/registry_host.hpp"
#include "core/text.hpp"

#include <cxxopts.hpp>

#include <utility>

namespace buildcache::cli {

namespace {

cxxopts::Options login_parser() {
  cxxopts::Options options("buildcache login", "Checks a registry login and stores it.");
  options.positional_help("HOST");
  const auto text = [] { return cxxopts::value<std::string>(); };
  options.add_options()("host", "the registry, such as ghcr.io", text(), "HOST")(
      "u,username", "the user's name", text(), "NAME")(
      "password-stdin", "read the password or token from standard input")(
      "password-env", "take it from the environment variable NAME", text(), "NAME")(
      "plain-http", "the registry speaks http (loopback hosts always may)")(
      "v,verbose", "tell every HTTP exchange, redacted")("h,help", "show this help");
  options.parse_positional({"host"});
  return options;
}

cxxopts::Options logout_parser() {
  cxxopts::Options options("buildcache logout", "Forgets a registry login.");
  options.positional_help("HOST");
  options.add_options()(
      "host", "the registry, such as ghcr.io", cxxopts::value<std::string>(), "HOST")(
      "h,help", "show this help");
  options.parse_positional({"host"});
  return options;
}

core::Result<std::string> host_of(const cxxopts::ParseResult& parsed, const std::string& command) {
  const std::string word = text_of(parsed, "host");
  if (word.empty()) {
    return tl::unexpected(
        usage_error("no registry named", command, "name its host, such as ghcr.io"));
  }
  std::string host = core::canonical_host(word);
  const auto repository = core::parse_repository(host + "/a/b");
  if (!repository || repository->path != "a/b") {
    return tl::unexpected(
        usage_error(core::shortened(core::printable(word), 80) + " is not the host of a registry",
                    command,
                    "a host such as ghcr.io or localhost:5000"));
  }
  return host;
}

}  // namespace

core::Result<commands::LoginOptions> read_login_options(const std::vector<std::string>& words) {
  auto parser = login_parser();
  const auto parsed = parse(parser, words, "login");
  if (!parsed) {
    return tl::unexpected(parsed.error());
  }
  auto host = host_of(*parsed, "login");
  if (!host) {
    return tl::unexpected(host.error());
  }
  commands::LoginOptions options;
  options.host = *std::move(host);
  options.username = text_of(*parsed, "username");
  options.password_stdin = parsed->count("password-stdin") > 0;
  options.password_variable = text_of(*parsed, "password-env");
  options.plain_http = parsed->count("plain-http") > 0 || core::is_loopback_host(options.host);
  options.verbosity =
      parsed->count("verbose") > 0 ? commands::Verbosity::verbose : commands::Verbosity::normal;
  if (options.username.empty() || options.username.find(':') != std::string::npos) {
    return tl::unexpected(usage_error(
        options.username.empty() ? "--username is missing" : "a username cannot hold a colon",
        "login"));
  }
  if (options.password_stdin == !options.password_variable.empty()) {
    return tl::unexpected(usage_error("login takes one of --password-stdin and --password-env",
                                      "login",
                                      "never put the password itself on the command line"));
  }
  return options;
}

core::Result<commands::LogoutOptions> read_logout_options(const std::vector<std::string>& words) {
  auto parser = logout_parser();
  const auto parsed = parse(parser, words, "logout");
  if (!parsed) {
    return tl::unexpected(parsed.error());
  }
  auto host = host_of(*parsed, "logout");
  if (!host) {
    return tl::unexpected(host.error());
  }
  return commands::LogoutOptions{*std::move(host)};
}

std::string login_help() {
  return help_of(login_parser(), {""}) + R"(
Asks the registry whether it takes the login, and stores it where docker and buildx look: in
$DOCKER_CONFIG/config.json (else ~/.docker), or with the credential helper named there. A token
service's identity token is stored instead of the password. What the registry says to a wrong login
is shown, and nothing is stored. `buildcache run` needs no login: see `registries` in the
configuration.

Examples:
  echo "$GITHUB_TOKEN" | buildcache login ghcr.io -u "$GITHUB_ACTOR" --password-stdin
  buildcache login "$CI_REGISTRY" -u "$CI_REGISTRY_USER" --password-env CI_REGISTRY_PASSWORD
)";
}

std::string logout_help() {
  return help_of(logout_parser(), {""}) + R"(
Removes what `buildcache login` or `docker login` stored for the host, from config.json and from the
credential helper. A host without a login is no error.
)";
}

std::vector<KnownOption> login_command_options(std::string_view command) {
  if (command == "login") {
    return known_options(login_parser());
  }
  return command == "logout" ? known_options(logout_parser()) : std::vector<KnownOption>();
}

}  // namespace buildcache::cli
