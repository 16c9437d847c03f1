#include "plan/choose_builder.hpp"

#include "plan/store_support.hpp"

namespace buildcache::plan {

namespace {

bool cannot_export(const docker::Capabilities& capabilities) {
  return !capabilities.assumed && capabilities.driver == "docker" &&
         !capabilities.registry_export && !capabilities.local_export;
}

bool nobody_chose(const Facts& facts) {
  const config::Builder& builder = facts.config.builder;
  return builder.driver == config::Driver::automatic && builder.use.empty();
}

}  // namespace

BuilderDecision choose_builder(const Facts& facts,
                               const docker::Capabilities& capabilities,
                               const Wishes& wishes) {
  const bool in_ci = facts.ci.provider != ci::Provider::local;
  const bool writes = wishes.cache_export && !facts.trust.write.empty();
  if (nobody_chose(facts) && in_ci && writes && cannot_export(capabilities) &&
      !can_export(facts.location.kind, capabilities)) {
    docker::Capabilities made;
    made.driver = "docker-container";
    made.buildx_version = capabilities.buildx_version;
    return {{"", made.driver, true},
            made,
            core::Notice{core::Severity::notice,
                         "a docker-container builder is made for this run: the Docker engine's own "
                         "cannot export caches",
                         "write `builder: {driver: docker-container}` to say so yourself, or "
                         "`{driver: docker}` to go on without writing caches",
                         ""}};
  }
  const std::string& asked = capabilities.builder;
  return {{asked.empty() ? facts.config.builder.use : asked, capabilities.driver, false},
          capabilities,
          std::nullopt};
}

}  // namespace buildcache::plan
