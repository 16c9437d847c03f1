#include "cli/options.hpp"

#include <doctest/doctest.h>

namespace buildcache::cli {
namespace {

using Words = std::vector<std::string>;

core::Error error_of(const Words& words) {
  const auto options = read_login_options(words);
  REQUIRE_FALSE(options.has_value());
  CHECK(options.error().kind == core::ErrorKind::usage);
  return options.error();
}

}  // namespace

TEST_CASE("login options: host, user and where the password comes from") {
  const auto options = read_login_options({"ghcr.io", "-u", "me", "--password-env", "TOKEN"});
  REQUIRE(options.has_value());
  CHECK(options->host == "ghcr.io");
  CHECK(options->username == "me");
  CHECK(options->password_variable == "TOKEN");
  CHECK_FALSE(options->password_stdin);
  CHECK_FALSE(options->plain_http);
  CHECK(read_login_options({"--password-stdin", "--username=me", "ghcr.io"})->password_stdin);
}

TEST_CASE("login options: a host is read as docker reads it") {
  const auto host_of = [](const std::string& word) {
    return read_login_options({word, "-u", "me", "--password-stdin"})->host;
  };
  CHECK(host_of("https://GHCR.io/v2/") == "ghcr.io");
  CHECK(host_of("index.docker.io") == "docker.io");
  CHECK(host_of("registry.example/group/project") == "registry.example");
  CHECK(host_of("localhost:5000") == "localhost:5000");
  CHECK(error_of({"no host", "-u", "me", "--password-stdin"}).message ==
        "no host is not the host of a registry");
  CHECK(error_of({"-u", "me", "--password-stdin"}).message == "no registry named");
}

TEST_CASE("login options: only loopback hosts speak http unasked") {
  CHECK(read_login_options({"127.0.0.1:5000", "-u", "me", "--password-stdin"})->plain_http);
  CHECK(read_login_options({"a.example", "-u", "me", "--password-stdin", "--plain-http"})
            ->plain_http);
}

TEST_CASE("login options: exactly one source of the password, and never the command line") {
  const std::string message = "login takes one of --password-stdin and --password-env";
  CHECK(error_of({"ghcr.io", "-u", "me"}).message == message);
  CHECK(error_of({"ghcr.io", "-u", "me", "--password-stdin", "--password-env=A"}).message ==
        message);
  CHECK(error_of({"ghcr.io", "-u", "me", "--password=x"}).message == "unknown option --password");
  CHECK(error_of({"ghcr.io", "--password-stdin"}).message == "--username is missing");
  CHECK(error_of({"ghcr.io", "-u", "a:b", "--password-stdin"}).message ==
        "a username cannot hold a colon");
}

TEST_CASE("logout options: a host and nothing else") {
  CHECK(read_logout_options({"https://ghcr.io"})->host == "ghcr.io");
  CHECK_FALSE(read_logout_options({}).has_value());
  CHECK_FALSE(read_logout_options({"ghcr.io", "-u", "me"}).has_value());
}

}  // namespace buildcache::cli
