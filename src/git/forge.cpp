#include "git/forge.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace buildcache::git {
namespace {

// What may stand in a header: visible ASCII.
bool is_sendable(std::string_view token) {
  return !token.empty() && std::ranges::all_of(token, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 20 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_name(std::string_view text) {
  return !text.empty() && text != "." && text != ".." && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
  });
}

// "owner/name", as GITHUB_REPOSITORY has it.
bool is_repository(std::string_view text) {
  const std::size_t slash = text.find('/');
  return slash != std::string_view::npos && is_name(text.substr(0, slash)) &&
         is_name(text.substr(slash + 1));
}

std::optional<sys::Url> project_url(const std::string& api, std::string_view path) {
  auto url = sys::parse_url(api);
  if (!url || !url->query.empty()) {
    return std::nullopt;
  }
  if (url->path.ends_with('/')) {
    url->path.pop_back();
  }
  url->path.append(path);
  return *url;
}

// Takes the first variable that holds a token.
void set_token(Forge& forge,
               const sys::Environment& environment,
               std::string header,
               const char* variable) {
  const std::string value = environment.get(variable);
  if (forge.token_header.empty() && is_sendable(value)) {
    forge.token_from = variable;
    forge.token = core::Secret(header == "Authorization" ? "Bearer " + value : value);
    forge.token_header = std::move(header);
  }
}

std::optional<Forge> github(const sys::Environment& environment) {
  const std::string repository = environment.get("GITHUB_REPOSITORY");
  auto url = project_url(environment.get("GITHUB_API_URL"), "/repos/" + repository);
  if (!url || !is_repository(repository)) {
    return std::nullopt;
  }
  Forge forge{ForgeKind::github, std::move(*url), {}, {}, {}};
  set_token(forge, environment, "Authorization", "GITHUB_TOKEN");
  set_token(forge, environment, "Authorization", "GH_TOKEN");
  return forge;
}

// A merge request's commits, a fork's too, are in the project it goes into.
std::optional<Forge> gitlab(const sys::Environment& environment) {
  std::string project = environment.get("CI_MERGE_REQUEST_PROJECT_ID");
  project = project.empty() ? environment.get("CI_PROJECT_ID") : project;
  auto url = project_url(environment.get("CI_API_V4_URL"), "/projects/" + project);
  if (!url || !is_number(project)) {
    return std::nullopt;
  }
  Forge forge{ForgeKind::gitlab, std::move(*url), {}, {}, {}};
  set_token(forge, environment, "Authorization", "GITLAB_TOKEN");
  set_token(forge, environment, "JOB-TOKEN", "CI_JOB_TOKEN");
  return forge;
}

}  // namespace

std::optional<Forge> forge_of(const sys::Environment& environment) {
  if (environment.get("GITHUB_ACTIONS") == "true") {
    return github(environment);
  }
  if (environment.get("GITLAB_CI") == "true") {
    return gitlab(environment);
  }
  return std::nullopt;
}

const char* name_of(ForgeKind kind) {
  return kind == ForgeKind::github ? "GitHub" : "GitLab";
}

const char* token_wish(ForgeKind kind) {
  return kind == ForgeKind::github ? "GITHUB_TOKEN with permission contents: read"
                                   : "GITLAB_TOKEN with scope read_api";
}

}  // namespace buildcache::git
