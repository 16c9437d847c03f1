#include "commands/prepare.hpp"

#include "commands/aws_access.hpp"
#include "commands/child_environment.hpp"
#include "commands/messages.hpp"
#include "commands/wire.hpp"
#include "config/load.hpp"
#include "git/fetched_history.hpp"
#include "git/first_history.hpp"
#include "git/read_facts.hpp"
#include "git/told_history.hpp"
#include "plan/candidates.hpp"
#include "plan/plain_http.hpp"
#include "store/azblob_objects.hpp"
#include "store/gha_session.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buildcache::commands {

namespace {

constexpr std::size_t kMaxConfigBytes = 1U << 20U;
constexpr const char* kDefaultFile = ".buildcache.yml";

std::string absolute(const std::string& path) {
  std::error_code ignored;
  const auto result = std::filesystem::absolute(path, ignored);
  return ignored ? path : result.lexically_normal().string();
}

std::string directory_of(const std::string& file) {
  return std::filesystem::path(absolute(file)).parent_path().string();
}

// Prints all errors of a file and returns the one that counts them.
core::Error tell(const Seams& seams,
                 const std::vector<core::Error>& errors,
                 const std::string& file) {
  for (const core::Error& error : errors) {
    seams.err(error_line(error));
  }
  const std::string count = std::to_string(errors.size());
  return {core::ErrorKind::config,
          count + (errors.size() == 1 ? " error in " : " errors in ") + file,
          std::nullopt,
          ""};
}

core::Result<config::Config> parse_file(const Seams& seams,
                                        const std::string& file,
                                        const std::string& text) {
  config::Loaded loaded = config::parse(text, file, directory_of(file), seams.environment);
  if (loaded.errors.empty()) {
    return std::move(loaded.config);
  }
  return tl::unexpected(tell(seams, loaded.errors, file));
}

git::Request git_request(const CommonOptions& options,
                         const config::Config& config,
                         const ci::Facts& ci) {
  git::Request request;
  request.directory = options.directory;
  // Of a change it names the tip of the change's own branch.
  request.head = ci.change ? std::string() : options.overrides.head_sha;
  request.given_tree_base = ci.given_base_sha;
  request.branch = ci.branch;
  request.base_branch = ci.base_branch();
  request.default_branch = ci.default_branch;
  request.stated_tree_base = ci.queue_base_sha;
  request.lookback = config.cache.lookback;
  if (ci.change) {
    request.change_head = ci.change->head_sha;
    request.change_fetched_as = ci.change->fetched_as;
    request.stated_base = ci.change->stated_base_sha;
    request.stated_fork_point = ci.change->stated_fork_point;
  }
  const bool on_default = !ci.branch.empty() && ci.branch == ci.default_branch;
  const bool tagged = ci.event == ci::Event::tag || ci.event == ci::Event::release;
  request.wants_bases = !tagged && (ci.change || !request.base_branch.empty() || !on_default);
  request.wants_head_walk = tagged;
  return request;
}

bool has_merge_base(const std::vector<config::FallbackRule>& rules) {
  return std::ranges::any_of(rules, [](const config::FallbackRule& rule) {
    return rule.kind == config::RuleKind::merge_base;
  });
}

// By fetching; where that fails (no credentials in the checkout, no git), by the forge's word.
core::Result<git::Facts> read_with_more(const Seams& seams,
                                        const config::Config& config,
                                        const git::Request& request,
                                        Verbosity verbosity) {
  const std::stop_token stop = seams.interruption.token();
  git::FetchedHistory fetched({seams.processes, seams.files, seams.clock, stop},
                              child_environment(seams.environment, config),
                              config.cache.timeout.probe);
  auto forge = git::forge_of(seams.environment);
  if (!forge) {
    return git::read_facts(request, &fetched);
  }
  Wire wire(seams, verbosity);
  git::ToldHistory told(
      {wire.http(), seams.clock, stop}, std::move(*forge), config.cache.timeout.probe);
  git::FirstHistory first({&fetched, &told});
  return git::read_facts(request, &first);
}

core::Result<git::Facts> read_git_facts(const Seams& seams,
                                        const config::Config& config,
                                        const git::Request& request,
                                        const CommonOptions& options,
                                        Reach reach) {
  // Only the rule merge-base looks at the history.
  if (reach == Reach::this_machine || !has_merge_base(config.cache.fallback)) {
    return git::read_facts(request);
  }
  return read_with_more(seams, config, request, options.verbosity);
}

std::string local_store_directory(const sys::Environment& environment,
                                  const config::Config& config) {
  if (!config.cache.path.empty()) {
    return absolute((std::filesystem::path(config.directory) / config.cache.path).string());
  }
  const std::string cache_home = environment.get("XDG_CACHE_HOME");
  if (!cache_home.empty()) {
    return cache_home + "/buildcache";
  }
  const std::string home = environment.get("HOME");
  return (home.empty() ? std::string("/tmp") : home) + "/.cache/buildcache";
}

store::Location location_of(const sys::Environment& environment, const config::Config& config) {
  store::Location location;
  location.kind = config.cache.store;
  if (config.cache.repository) {
    location.repository = *config.cache.repository;
    location.plain_http = plan::needs_plain_http(config, location.repository.host);
  }
  if (location.kind == config::StoreKind::local) {
    location.directory = local_store_directory(environment, config);
  }
  location.s3 = config.cache.s3;
  location.azblob = config.cache.azblob;
  return location;
}

// Returns what keeps the store's credentials from being used; nullopt when nothing does.
std::optional<core::Error> missing_credentials(const Seams& seams,
                                               const AwsAccess& aws,
                                               const store::Location& location) {
  const auto error_of = [](const auto& result) {
    return result ? std::nullopt : std::optional(result.error());
  };
  switch (location.kind) {
    case config::StoreKind::registry:
    case config::StoreKind::in_image:
    case config::StoreKind::local:
      break;
    case config::StoreKind::gha:
      return error_of(store::read_gha_session(seams.environment, seams.clock.now()));
    case config::StoreKind::s3:
      return aws.trouble;
    case config::StoreKind::azblob:
      return error_of(store::azblob_key(seams.environment));
  }
  return std::nullopt;
}

// A store without its credentials costs a cache, never a build.
std::optional<core::Notice> why_no_store(const Seams& seams,
                                         const AwsAccess& aws,
                                         const store::Location& location) {
  const auto missing = missing_credentials(seams, aws, location);
  if (!missing) {
    return std::nullopt;
  }
  return core::Notice{core::Severity::warning,
                      "no cache is read or written: " + missing->message,
                      missing->hint,
                      ""};
}

}  // namespace

core::Result<config::Config> load_config(const Seams& seams, const CommonOptions& options) {
  const bool named = !options.file.empty();
  const std::string file = named                      ? options.file
                           : options.directory == "." ? std::string(kDefaultFile)
                                                      : options.directory + "/" + kDefaultFile;
  if (!named && !seams.files.exists(file)) {
    return config::defaults(seams.files, absolute(options.directory), seams.environment);
  }
  auto text = seams.files.read(file, kMaxConfigBytes);
  if (!text) {
    return tl::unexpected(core::while_doing(text.error(), "read the configuration " + file));
  }
  return parse_file(seams, file, *text);
}

core::Result<Prepared> prepare(const Seams& seams, const CommonOptions& options, Reach reach) {
  auto config = load_config(seams, options);
  if (!config) {
    return tl::unexpected(config.error());
  }
  if (const auto errors = config::read_password_files(seams.files, *config); !errors.empty()) {
    return tl::unexpected(tell(seams, errors, config->file));
  }
  const AwsAccess aws =
      reach == Reach::network ? open_aws(seams, options.verbosity, *config) : AwsAccess();
  auto credentials =
      registry::Credentials::load(seams.files, seams.environment, config->registries);
  if (!credentials) {
    return tl::unexpected(credentials.error());
  }
  credentials->use_helpers(seams.processes, child_environment(seams.environment, *config));
  auto ci = ci::read_facts(seams.files, seams.environment, options.overrides);
  if (!ci) {
    return tl::unexpected(ci.error());
  }
  auto git = read_git_facts(seams, *config, git_request(options, *config, *ci), options, reach);
  if (!git) {
    return tl::unexpected(git.error());
  }
  plan::Trust trust = plan::decide_trust(*config, *git, *ci);
  store::Location location = location_of(seams.environment, *config);
  auto no_store = why_no_store(seams, aws, location);
  return Prepared{std::move(*config),
                  std::move(*ci),
                  std::move(*git),
                  std::move(trust),
                  std::move(location),
                  std::move(*credentials),
                  aws.keys,
                  std::move(no_store)};
}

}  // namespace buildcache::commands
