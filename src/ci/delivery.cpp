#include "ci/delivery.hpp"

#include "ci/github_delivery.hpp"
#include "ci/gitlab_delivery.hpp"
#include "ci/local_delivery.hpp"
#include "core/text.hpp"

#include <utility>

namespace buildcache::ci {

void LocalDelivery::begin_group(std::string_view title) {
  log_(core::printable(title));
}

std::unique_ptr<Delivery> make_delivery(Provider provider,
                                        sys::Files& files,
                                        const sys::Environment& environment,
                                        LogLine log,
                                        Sources sources) {
  if (provider == Provider::github) {
    GithubPaths paths{environment.get("GITHUB_OUTPUT"), environment.get("GITHUB_STEP_SUMMARY")};
    return std::make_unique<GithubDelivery>(
        files, std::move(paths), std::move(log), std::move(sources.random_token));
  }
  if (provider == Provider::gitlab) {
    return std::make_unique<GitlabDelivery>(std::move(log), std::move(sources.unix_time));
  }
  return std::make_unique<LocalDelivery>(std::move(log));
}

}  // namespace buildcache::ci
