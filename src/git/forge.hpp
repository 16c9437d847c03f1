// The forge that a CI job runs for, and how to ask its API about the project's commits.
#pragma once

#include "core/secret.hpp"
#include "sys/environment.hpp"
#include "sys/url.hpp"

#include <optional>
#include <string>

namespace buildcache::git {

enum class ForgeKind { github, gitlab };

struct Forge {
  ForgeKind kind = ForgeKind::github;
  sys::Url project;          // of the project in the API: ".../repos/acme/shop", ".../projects/7"
  std::string token_header;  // which header the token goes into; empty: there is no token
  core::Secret token;        // the header's whole value
  std::string token_from;    // the variable it was given with
};

// Returns the forge whose CI this is, by the variables that its runner sets: GITHUB_API_URL and
// GITHUB_REPOSITORY, with GITHUB_TOKEN or GH_TOKEN; CI_API_V4_URL and CI_MERGE_REQUEST_PROJECT_ID
// or CI_PROJECT_ID, with GITLAB_TOKEN or CI_JOB_TOKEN. The address is the runner's word, so GitHub
// Enterprise and self-managed GitLab are asked where they are; a token goes to no other host.
// Returns nullopt elsewhere, and where a variable is lacking or is no address or project.
std::optional<Forge> forge_of(const sys::Environment& environment);

// "GitHub", "GitLab".
const char* name_of(ForgeKind kind);
// What a person gives a token with, and what it must be allowed to do.
const char* token_wish(ForgeKind kind);

}  // namespace buildcache::git
