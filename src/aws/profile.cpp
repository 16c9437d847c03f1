#include "aws/profile.hpp"

#include "aws/metadata.hpp"
#include "aws/sts.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace buildcache::aws {

namespace {

constexpr std::size_t kFileLimit = 1U << 20U;
constexpr std::array kCredentialSettings{"aws_access_key_id",
                                         "aws_secret_access_key",
                                         "role_arn",
                                         "credential_process",
                                         "sso_session",
                                         "sso_start_url"};
constexpr int kLongestChain = 4;  // profiles that name each other as sources

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  return begin == std::string_view::npos
             ? std::string_view()
             : text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

std::string file_of(const Sources& sources, const char* variable, const char* name) {
  const std::string named = sources.environment.get(variable);
  const std::string home = sources.environment.get("HOME");
  return !named.empty() ? named : home.empty() ? std::string() : home + "/.aws/" + name;
}

// Both files, the credentials' settings before the config's.
std::map<std::string, Settings> read_profiles(const Sources& sources) {
  std::map<std::string, Settings> all;
  for (const auto& [variable, name] : {std::pair("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
                                       std::pair("AWS_CONFIG_FILE", "config")}) {
    const std::string file = file_of(sources, variable, name);
    const auto text =
        file.empty() ? core::Result<std::string>("") : sources.files.read(file, kFileLimit);
    for (auto& [profile, settings] : parse_profiles(text.value_or(""))) {
      all[profile].merge(Settings(settings));
    }
  }
  return all;
}

std::string profile_name(const Sources& sources) {
  const std::string name = sources.environment.get("AWS_PROFILE");
  return name.empty() ? "default" : name;
}

std::string value_of(const Settings& settings, const std::string& key) {
  const auto found = settings.find(key);
  return found == settings.end() ? std::string() : found->second;
}

class Reader {
 public:
  explicit Reader(const Sources& sources) : sources_(sources), profiles_(read_profiles(sources)) {}

  // Whether the profile says anything about credentials: many hold a region alone.
  [[nodiscard]] bool has_credentials(const std::string& name) const {
    const auto found = profiles_.find(name);
    return found != profiles_.end() &&
           std::ranges::any_of(kCredentialSettings, [&](const char* setting) {
             return found->second.contains(setting);
           });
  }
  [[nodiscard]] bool has(const std::string& name) const { return profiles_.contains(name); }

  core::Result<Keys> keys_of(const std::string& name, int depth) {
    if (depth > kLongestChain) {
      return refused(name, "its sources lead in a circle", "");
    }
    const auto found = profiles_.find(name);
    if (found == profiles_.end()) {
      return refused(name, "there is no such profile", "see `aws configure list-profiles`");
    }
    const Settings& settings = found->second;
    auto keys = value_of(settings, "role_arn").empty() ? own_keys(name, settings)
                                                       : role_keys(name, settings, depth);
    if (keys) {
      keys->source = "the profile " + core::printable(name);
    }
    return keys;
  }

 private:
  static core::Result<Keys> refused(const std::string& name,
                                    const std::string& why,
                                    const std::string& remedy) {
    return core::fail(core::ErrorKind::unauthorized,
                      "the profile '" + core::printable(name) + "': " + why,
                      remedy);
  }

  static core::Result<Keys> own_keys(const std::string& name, const Settings& settings) {
    Keys keys{value_of(settings, "aws_access_key_id"),
              core::Secret(value_of(settings, "aws_secret_access_key")),
              core::Secret(value_of(settings, "aws_session_token")),
              ""};
    if (!keys.access_key.empty() && !keys.secret_key.empty()) {
      return keys;
    }
    return refused(name,
                   "it holds no keys" + std::string(settings.contains("credential_process") ||
                                                            settings.contains("sso_session") ||
                                                            settings.contains("sso_start_url")
                                                        ? " of its own, and neither programs nor "
                                                          "single sign-on are asked here"
                                                        : ""),
                   "hand them over in the environment: eval \"$(aws configure export-credentials "
                   "--profile " +
                       core::shell_quoted(core::printable(name)) + " --format env)\"");
  }

  core::Result<Keys> role_keys(const std::string& name, const Settings& settings, int depth) {
    const std::string role = value_of(settings, "role_arn");
    const std::string region = value_of(settings, "region");
    if (const std::string file = value_of(settings, "web_identity_token_file"); !file.empty()) {
      const auto token = sources_.files.read(file, kFileLimit);
      return token ? assume_role_with_web_identity(sources_, {role, core::Secret(*token), region})
                   : tl::unexpected(token.error());
    }
    auto source = source_keys(name, settings, depth);
    return source ? assume_role(sources_, *source, role, region) : tl::unexpected(source.error());
  }

  core::Result<Keys> source_keys(const std::string& name, const Settings& settings, int depth) {
    if (const std::string other = value_of(settings, "source_profile"); !other.empty()) {
      return other == name ? own_keys(name, settings) : keys_of(other, depth + 1);
    }
    std::string why;
    core::Result<std::optional<Keys>> keys = std::nullopt;
    const std::string source = value_of(settings, "credential_source");
    if (source == "Ec2InstanceMetadata") {
      keys = from_instance(sources_, why);
    } else if (source == "EcsContainer") {
      keys = from_container(sources_, why);
    } else {
      why = "it names no source of credentials for its role";
    }
    if (!keys) {
      return tl::unexpected(keys.error());
    }
    return *keys ? core::Result<Keys>(**std::move(keys)) : refused(name, why, "");
  }

  const Sources& sources_;
  std::map<std::string, Settings> profiles_;
};

}  // namespace

std::map<std::string, Settings> parse_profiles(std::string_view text) {
  std::map<std::string, Settings> profiles;
  Settings* current = nullptr;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const std::string_view plain = trimmed(line);
    // What is indented belongs to the setting above it.
    if (plain.empty() || plain.front() == '#' || plain.front() == ';' || line.front() == ' ' ||
        line.front() == '\t') {
      continue;
    }
    if (plain.front() == '[' && plain.back() == ']') {
      std::string_view name = trimmed(plain.substr(1, plain.size() - 2));
      if (name.starts_with("profile ")) {
        name = trimmed(name.substr(8));
      }
      current = &profiles[std::string(name)];
      continue;
    }
    const std::size_t sign = plain.find('=');
    if (current != nullptr && sign != std::string_view::npos) {
      (*current)[std::string(trimmed(plain.substr(0, sign)))] =
          std::string(trimmed(plain.substr(sign + 1)));
    }
  }
  return profiles;
}

core::Result<std::optional<Keys>> from_profile(const Sources& sources, std::string& why) {
  Reader reader(sources);
  const std::string name = profile_name(sources);
  const bool named = !sources.environment.get("AWS_PROFILE").empty();
  if (!named && !reader.has(name)) {
    why = "AWS_PROFILE is not set, and there is no default profile";
    return std::nullopt;
  }
  if (reader.has(name) && !reader.has_credentials(name)) {
    why = "the profile '" + core::printable(name) + "' tells no credentials";
    return std::nullopt;
  }
  auto keys = reader.keys_of(name, 0);
  return keys ? core::Result<std::optional<Keys>>(*std::move(keys)) : tl::unexpected(keys.error());
}

std::string region_of(const Sources& sources) {
  for (const char* variable : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (std::string region = sources.environment.get(variable); !region.empty()) {
      return region;
    }
  }
  const auto profiles = read_profiles(sources);
  const auto found = profiles.find(profile_name(sources));
  return found == profiles.end() ? std::string() : value_of(found->second, "region");
}

}  // namespace buildcache::aws
