#include "git/forge.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

namespace buildcache::git {
namespace {

using Variables = std::map<std::string, std::string>;

Variables with(Variables variables, const Variables& others) {
  for (const auto& [name, value] : others) {
    variables[name] = value;
  }
  return variables;
}

std::optional<Forge> forge(const Variables& variables) {
  return forge_of(sys::Environment(variables));
}

const Variables kGithub{{"GITHUB_ACTIONS", "true"},
                        {"GITHUB_API_URL", "https://api.github.com"},
                        {"GITHUB_REPOSITORY", "acme/shop"}};
const Variables kGitlab{
    {"GITLAB_CI", "true"}, {"CI_API_V4_URL", "https://git.example/api/v4"}, {"CI_PROJECT_ID", "7"}};

TEST_CASE("forge: GitHub is asked where the runner says, with a token where there is one") {
  const auto plain = forge(kGithub);
  REQUIRE(plain.has_value());
  CHECK(plain->project.str() == "https://api.github.com/repos/acme/shop");
  CHECK(plain->token_header.empty());
  CHECK(plain->token.empty());

  const auto enterprise = forge(with(kGithub,
                                     {{"GITHUB_API_URL", "https://ghes.example/api/v3/"},
                                      {"GH_TOKEN", "second"},
                                      {"GITHUB_TOKEN", "first"}}));
  REQUIRE(enterprise.has_value());
  CHECK(enterprise->project.str() == "https://ghes.example/api/v3/repos/acme/shop");
  CHECK(enterprise->token_header == "Authorization");
  CHECK(enterprise->token.reveal() == "Bearer first");
  CHECK(forge(with(kGithub, {{"GH_TOKEN", "second"}}))->token.reveal() == "Bearer second");
}

TEST_CASE("forge: GitLab is asked about the project a merge request goes into") {
  const auto job = forge(with(kGitlab, {{"CI_JOB_TOKEN", "job"}}));
  REQUIRE(job.has_value());
  CHECK(job->project.str() == "https://git.example/api/v4/projects/7");
  CHECK(job->token_header == "JOB-TOKEN");
  CHECK(job->token.reveal() == "job");
  CHECK(job->token_from == "CI_JOB_TOKEN");

  const auto fork = forge(with(
      kGitlab,
      {{"CI_JOB_TOKEN", "job"}, {"GITLAB_TOKEN", "person"}, {"CI_MERGE_REQUEST_PROJECT_ID", "3"}}));
  REQUIRE(fork.has_value());
  CHECK(fork->project.path == "/api/v4/projects/3");
  CHECK(fork->token_header == "Authorization");
  CHECK(fork->token.reveal() == "Bearer person");
}

TEST_CASE("forge: there is none elsewhere, or where a variable is no address or project") {
  CHECK_FALSE(forge({}).has_value());
  CHECK_FALSE(forge(with(kGithub, {{"GITHUB_ACTIONS", ""}})).has_value());
  CHECK_FALSE(forge(with(kGithub, {{"GITHUB_API_URL", ""}})).has_value());
  CHECK_FALSE(forge(with(kGithub, {{"GITHUB_API_URL", "file:///etc"}})).has_value());
  CHECK_FALSE(forge(with(kGithub, {{"GITHUB_API_URL", "https://a.test/?x=1"}})).has_value());
  for (const char* repository :
       {"", "acme", "acme/", "/shop", "acme/..", "acme/shop/../x", "a/b?c"}) {
    CAPTURE(repository);
    CHECK_FALSE(forge(with(kGithub, {{"GITHUB_REPOSITORY", repository}})).has_value());
  }
  for (const char* project : {"", "acme%2Fshop", "7/../8", "123456789012345678901"}) {
    CAPTURE(project);
    CHECK_FALSE(forge(with(kGitlab, {{"CI_PROJECT_ID", project}})).has_value());
  }
}

TEST_CASE("forge: a token that cannot stand in a header is not sent") {
  const auto broken = forge(with(kGithub, {{"GITHUB_TOKEN", "a\r\nHost: b"}}));
  REQUIRE(broken.has_value());
  CHECK(broken->token_header.empty());
}

}  // namespace
}  // namespace buildcache::git
