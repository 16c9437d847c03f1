#include "commands/login.hpp"

#include "ci/delivery.hpp"
#include "ci/read_facts.hpp"
#include "commands/messages.hpp"
#include "commands/wire.hpp"
#include "core/registry_host.hpp"
#include "docker/docker_files.hpp"
#include "docker/stored_login.hpp"
#include "registry/credential_helper.hpp"
#include "registry/docker_config.hpp"
#include "registry/login.hpp"
#include "sys/random.hpp"

#include <chrono>
#include <cstdint>
#include <utility>

namespace buildcache::commands {

namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::size_t kPasswordLimit = 64U << 10U;
constexpr std::chrono::milliseconds kTimeout{30'000};
constexpr unsigned kPrivateFile = 0600;
constexpr unsigned kPrivateDirectory = 0700;

// The line end that echo and files put after it is no part of a password.
std::string without_line_end(std::string text) {
  for (const char end : {'\n', '\r'}) {
    if (text.ends_with(end)) {
      text.pop_back();
    }
  }
  return text;
}

Result<registry::Credential> read_credential(const Seams& seams, const LoginOptions& options) {
  registry::Credential credential;
  credential.username = options.username;
  if (options.password_stdin) {
    auto text = seams.in(kPasswordLimit);
    if (!text) {
      return tl::unexpected(text.error());
    }
    credential.password = core::Secret(without_line_end(*std::move(text)));
    credential.source = "standard input";
  } else {
    credential.password = core::Secret(seams.environment.get(options.password_variable));
    credential.source = "$" + options.password_variable;
  }
  if (credential.password.empty()) {
    return fail(ErrorKind::usage, "the password from " + credential.source + " is empty");
  }
  return credential;
}

// Masks on platforms that can; what they hide is then hidden from all later steps.
void mask(const Seams& seams, const registry::Credential& credential) {
  const auto delivery =
      ci::make_delivery(ci::detect(seams.environment),
                        seams.files,
                        seams.environment,
                        [&seams](std::string_view line) { seams.err(std::string(line) + "\n"); },
                        {sys::random_token, [] { return std::int64_t{0}; }});
  for (const core::Secret* secret : {&credential.password, &credential.identity_token}) {
    if (!secret->empty()) {
      delivery->mask(secret->reveal());
    }
  }
}

sys::Environment without(const sys::Environment& environment, const std::string& name) {
  auto variables = environment.all();
  variables.erase(name);
  return sys::Environment(std::move(variables));
}

// Returns the place it was stored in, for people.
Result<std::string> store(const Seams& seams,
                          const LoginOptions& options,
                          const registry::Credential& credential) {
  const std::string directory = docker::config_directory(seams.environment);
  if (directory.empty()) {
    return fail(ErrorKind::config,
                "there is no place for the login: neither HOME nor DOCKER_CONFIG is set");
  }
  const std::string file = directory + "/config.json";
  const auto text = docker::read_config_json(seams.files, seams.environment);
  if (!text) {
    return tl::unexpected(text.error());
  }
  const auto known = registry::parse_docker_config(*text, file);
  if (!known) {
    return tl::unexpected(known.error());
  }
  const std::string helper = known->helper_of(options.host);
  if (!helper.empty()) {
    auto kept = registry::store_in_helper(seams.processes,
                                          without(seams.environment, options.password_variable),
                                          {helper, core::docker_key(options.host)},
                                          credential);
    if (!kept) {
      return tl::unexpected(kept.error());
    }
  }
  const docker::StoredLogin entry{
      options.host, credential.username, credential.password, credential.identity_token};
  const auto changed = helper.empty() ? docker::with_login(*text, entry)
                                      : docker::with_helper_login(*text, options.host);
  if (!changed) {
    return tl::unexpected(core::while_doing(changed.error(), "log in with " + file));
  }
  if (auto made = seams.files.make_directories(directory, kPrivateDirectory); !made) {
    return tl::unexpected(made.error());
  }
  if (auto written = seams.files.write(file, *changed, kPrivateFile); !written) {
    return tl::unexpected(written.error());
  }
  return helper.empty() ? file : "docker-credential-" + helper;
}

// docker prefers the variable to everything it has stored.
void tell_of_variable(const Seams& seams, const std::string& host) {
  const auto variable =
      registry::parse_docker_config(seams.environment.get("DOCKER_AUTH_CONFIG"), "");
  if (variable && variable->auths.contains(host)) {
    seams.err(notice_line({core::Severity::warning,
                           "DOCKER_AUTH_CONFIG holds a login for " + host + ", which comes first",
                           "unset it for the steps that are to use this login",
                           ""}));
  }
}

}  // namespace

core::Result<void> login(const Seams& seams, const LoginOptions& options) {
  auto credential = read_credential(seams, options);
  if (!credential) {
    return tl::unexpected(credential.error());
  }
  mask(seams, *credential);
  Wire wire(seams, options.verbosity);
  const registry::Deadline deadline(seams.clock, {kTimeout, seams.interruption.token()});
  const auto checked = registry::check_login(wire.http(),
                                             {options.host,
                                              options.plain_http,
                                              *std::move(credential),
                                              certificates_of(seams.files, options.host)},
                                             deadline);
  if (!checked) {
    return tl::unexpected(checked.error());
  }
  if (!checked->credential.identity_token.empty()) {
    mask(seams, checked->credential);
  }
  const auto place = store(seams, options, checked->credential);
  if (!place) {
    return tl::unexpected(place.error());
  }
  tell_of_variable(seams, options.host);
  seams.err((checked->checked ? "logged in to " + options.host
                              : options.host + " lets everybody in; the login is kept unchecked") +
            ", stored in " + *place + "\n");
  return {};
}

}  // namespace buildcache::commands
