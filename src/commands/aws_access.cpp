#include "commands/aws_access.hpp"

#include "aws/ecr.hpp"
#include "commands/wire.hpp"
#include "sys/parallel.hpp"

#include <algorithm>
#include <vector>

namespace buildcache::commands {

namespace {

constexpr std::size_t kLoginsAtOnce = 8;

struct Wanted {
  config::RegistryLogin* login;
  aws::EcrHost host;
  std::optional<core::Error> trouble;
};

std::vector<Wanted> wanted_logins(config::Config& config) {
  std::vector<Wanted> wanted;
  for (config::RegistryLogin& login : config.registries) {
    const auto host = aws::parse_ecr_host(login.host);
    if (host && login.password.empty()) {
      wanted.push_back({&login, *host, std::nullopt});
    }
  }
  return wanted;
}

core::Notice no_login(const config::RegistryLogin& login, const core::Error& error) {
  return {core::Severity::warning,
          "no login for " + login.host + ": " + error.message,
          error.hint.empty() ? "docs/credentials.md tells where credentials are looked for"
                             : error.hint,
          ""};
}

}  // namespace

AwsAccess open_aws(const Seams& seams, Verbosity verbosity, config::Config& config) {
  std::vector<Wanted> wanted = wanted_logins(config);
  if (wanted.empty() && config.cache.store != config::StoreKind::s3) {
    return {};
  }
  Wire wire(seams, verbosity);
  const aws::Sources sources{seams.environment, seams.files, wire.http()};
  const auto keys = aws::find_keys(sources);
  sys::for_each_parallel(wanted.size(), kLoginsAtOnce, [&](std::size_t i) {
    Wanted& one = wanted[i];
    const auto made = keys ? aws::log_in_to_ecr(sources, *keys, one.host)
                           : core::Result<aws::EcrLogin>(tl::unexpected(keys.error()));
    if (made) {
      one.login->username = made->username;
      one.login->password = made->password;
    } else {
      one.trouble = made.error();
    }
  });
  for (const Wanted& one : wanted) {
    if (one.trouble) {
      config.notices.push_back(no_login(*one.login, *one.trouble));
    }
  }
  return keys ? AwsAccess{*keys, std::nullopt} : AwsAccess{std::nullopt, keys.error()};
}

}  // namespace buildcache::commands
