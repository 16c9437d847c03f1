#include "ci/read_facts.hpp"

#include "ci/github_facts.hpp"
#include "ci/gitlab_facts.hpp"
#include "ci/jenkins_facts.hpp"
#include "ci/overrides.hpp"
#include "ci/payload.hpp"

#include <string>
#include <utility>

namespace buildcache::ci {
namespace {

core::Result<Facts> read_github(sys::Files& files, const sys::Environment& environment) {
  const std::string path = environment.get("GITHUB_EVENT_PATH");
  std::string payload;
  if (!path.empty()) {
    auto content = files.read(path, kPayloadLimit);
    if (!content) {
      return core::fail(
          core::ErrorKind::facts,
          "cannot read the event payload (GITHUB_EVENT_PATH): " + content.error().message);
    }
    payload = std::move(*content);
    if (payload.empty()) {
      return core::fail(core::ErrorKind::facts, "the event payload (GITHUB_EVENT_PATH) is empty");
    }
  }
  auto facts = read_github_event(environment, payload);
  if (facts && path.empty()) {
    facts->notices.push_back({core::Severity::notice,
                              "GITHUB_EVENT_PATH is not set, so the default branch may be unknown",
                              "pass the file on, or name the branch with --default-branch",
                              {}});
  }
  if (facts && environment.get("GITEA_ACTIONS") == "true") {
    facts->notices.push_back({core::Severity::notice,
                              "Gitea and Forgejo are treated as GitHub, which they imitate",
                              {},
                              {}});
  }
  return facts;
}

Facts local_facts() {
  Facts facts;
  facts.event_name = word_of(Event::local);
  return facts;
}

core::Result<Facts> read_platform(sys::Files& files, const sys::Environment& environment) {
  switch (detect(environment)) {
    case Provider::github:
      return read_github(files, environment);
    case Provider::gitlab:
      return read_gitlab_facts(environment);
    case Provider::jenkins:
      return read_jenkins_facts(environment);
    case Provider::local:
      break;
  }
  return local_facts();
}

// By convention every platform sets CI. Who runs there, a fork or the main branch, nobody said, so
// that such a run reads caches and writes none.
void note_unknown_platform(Facts& facts, const sys::Environment& environment) {
  const std::string ci = environment.get("CI");
  if (ci.empty() || ci == "false" || ci == "0") {
    return;
  }
  facts.forces_read_only = true;
  facts.read_only_reason = "this CI platform is not known, and nobody said what the run is for";
  facts.notices.push_back({core::Severity::warning,
                           "CI is set, but by none of the platforms known here: caches are read "
                           "and not written",
                           "say what the run is for: --event push --branch NAME and the like, "
                           "docs/ci-generic.md; --event local if it is nobody else's",
                           {}});
}

}  // namespace

// Others imitate single variables: Gitea GITHUB_ACTIONS, Woodpecker CI_COMMIT_*. JENKINS_URL is
// only there where an administrator set it.
Provider detect(const sys::Environment& environment) {
  if (environment.get("GITHUB_ACTIONS") == "true") {
    return Provider::github;
  }
  if (environment.get("GITLAB_CI") == "true") {
    return Provider::gitlab;
  }
  const bool jenkins = !environment.get("JENKINS_URL").empty() ||
                       environment.get("BUILD_TAG").starts_with("jenkins-");
  return jenkins ? Provider::jenkins : Provider::local;
}

core::Result<Facts> read_facts(sys::Files& files,
                               const sys::Environment& environment,
                               const Overrides& overrides) {
  core::Result<Facts> facts = read_platform(files, environment);
  if (!facts) {
    return facts;
  }
  if (auto applied = apply(overrides, *facts); !applied) {
    return tl::unexpected(applied.error());
  }
  if (facts->provider == Provider::local && facts->event == Event::local &&
      overrides.event.empty()) {
    note_unknown_platform(*facts, environment);
  }
  limit_writes(*facts, environment);
  return facts;
}

}  // namespace buildcache::ci
