#include "registry/credential_helper.hpp"

#include "core/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

namespace buildcache::registry {

namespace {

constexpr std::chrono::milliseconds kTimeout{15'000};
constexpr std::size_t kAnswerLimit = 64U << 10U;  // as for tokens
constexpr std::size_t kMaxWords = 300;            // characters of a helper's words in a message
constexpr std::string_view kNotFound = "credentials not found in native keychain";
constexpr std::string_view kTokenUser = "<token>";  // the secret is an identity token

// What becomes part of a program's name must not lead elsewhere.
bool is_helper_name(std::string_view name) {
  return !name.empty() && name.size() <= 100 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-").find(c) != std::string_view::npos;
  });
}

tl::unexpected<core::Error> trouble(const std::string& program, std::string_view what) {
  return core::fail(core::ErrorKind::unauthorized,
                    program + " " + core::shortened(core::printable(what), kMaxWords),
                    "see credsStore and credHelpers in docker's config.json");
}

std::string program_of(const HelperEntry& entry) {
  return "docker-credential-" + core::printable(entry.helper);
}

std::string_view trimmed(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \r\n\t") + 1);
}

core::Result<std::optional<Credential>> read_answer(const std::string& program,
                                                    const std::string& text) {
  const auto answer = nlohmann::json::parse(text, nullptr, false);
  const auto member = [&answer](const char* name) {
    const auto found = answer.is_object() ? answer.find(name) : answer.end();
    return found != answer.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const std::string username = member("Username");
  const core::Secret secret(member("Secret"));
  if (secret.empty()) {
    return trouble(program, "gave an answer without a secret");
  }
  Credential credential;
  credential.source = program;
  if (username == kTokenUser) {
    credential.identity_token = secret;
  } else {
    credential.username = username;
    credential.password = secret;
  }
  return credential;
}

// Runs the helper with `verb`. Returns its output; nullopt when it says that it has no such entry.
core::Result<std::optional<std::string>> call(sys::ProcessRunner& processes,
                                              const sys::Environment& environment,
                                              const HelperEntry& entry,
                                              const char* verb,
                                              const std::string& input) {
  const std::string program = program_of(entry);
  if (!is_helper_name(entry.helper)) {
    return trouble(program, "is no name of a credential helper");
  }
  sys::RunOptions options;
  options.capture_limit = kAnswerLimit;
  const auto exit =
      processes.run({{program, verb}, environment.all(), {}, input, kTimeout}, options);
  if (!exit) {
    return trouble(program, "cannot be run: " + exit.error().message);
  }
  if (exit->timed_out) {
    return trouble(program, "did not answer in time");
  }
  if (exit->code != 0) {
    if (trimmed(exit->out) == kNotFound) {
      return std::nullopt;
    }
    const std::string_view words = trimmed(exit->err.empty() ? exit->out : exit->err);
    return trouble(program, "failed: " + std::string(words));
  }
  return exit->out;
}

}  // namespace

core::Result<std::optional<Credential>> ask_helper(sys::ProcessRunner& processes,
                                                   const sys::Environment& environment,
                                                   const HelperEntry& entry) {
  const auto answer = call(processes, environment, entry, "get", entry.server);
  if (!answer) {
    return tl::unexpected(answer.error());
  }
  return *answer ? read_answer(program_of(entry), **answer) : std::nullopt;
}

core::Result<void> store_in_helper(sys::ProcessRunner& processes,
                                   const sys::Environment& environment,
                                   const HelperEntry& entry,
                                   const Credential& credential) {
  const bool identity = !credential.identity_token.empty();
  const nlohmann::json input = {
      {"ServerURL", entry.server},
      {"Username", identity ? std::string(kTokenUser) : credential.username},
      {"Secret", (identity ? credential.identity_token : credential.password).reveal()}};
  const auto stored = call(processes,
                           environment,
                           entry,
                           "store",
                           input.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  if (!stored) {
    return tl::unexpected(stored.error());
  }
  return {};
}

core::Result<bool> erase_from_helper(sys::ProcessRunner& processes,
                                     const sys::Environment& environment,
                                     const HelperEntry& entry) {
  const auto erased = call(processes, environment, entry, "erase", entry.server);
  if (!erased) {
    return tl::unexpected(erased.error());
  }
  return erased->has_value();
}

}  // namespace buildcache::registry
