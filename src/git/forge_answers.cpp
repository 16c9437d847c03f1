#include "git/forge_answers.hpp"

#include "core/text.hpp"
#include "git/commit_object.hpp"

#include <nlohmann/json.hpp>

namespace buildcache::git {
namespace {

using core::ErrorKind;
using nlohmann::json;

constexpr std::size_t kMaxWords = 160;

std::string text_of(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Private projects answer 404 to whoever may not see them, and GitHub 403 to whoever asked too
// often.
std::string remedy(const Forge& forge, int status) {
  if (status != 401 && status != 403 && status != 404 && status != 429) {
    return {};
  }
  return (forge.token_from.empty() ? std::string(" (asked without a token")
                                   : " (asked with " + forge.token_from) +
         "; it takes " + token_wish(forge.kind) + ")";
}

core::Error refusal(const Forge& forge, const sys::HttpResponse& response) {
  const json document = json::parse(response.body, nullptr, false);
  std::string message =
      std::string("the ") + name_of(forge.kind) + " API answers " + std::to_string(response.status);
  const std::string words = text_of(document, "message");
  if (!words.empty()) {
    message += ": " + core::shortened(core::printable(words), kMaxWords);
  }
  return {sys::kind_of_status(response.status),
          message + remedy(forge, response.status),
          std::nullopt,
          {}};
}

core::Error broken(const Forge& forge) {
  return {
      ErrorKind::bad_response,
      std::string("the ") + name_of(forge.kind) + " API answers with something else than commits",
      std::nullopt,
      {}};
}

core::Result<json> document_of(const Forge& forge, const sys::HttpResponse& response) {
  if (response.status != 200) {
    return tl::unexpected(refusal(forge, response));
  }
  json document = json::parse(response.body, nullptr, false);
  if (document.is_discarded()) {
    return tl::unexpected(broken(forge));
  }
  return document;
}

// Returns false for anything but an array of ids.
bool read_parents(const Forge& forge, const json& commit, std::vector<std::string>& parents) {
  const char* key = forge.kind == ForgeKind::github ? "parents" : "parent_ids";
  const auto found = commit.is_object() ? commit.find(key) : commit.end();
  if (found == commit.end() || !found->is_array()) {
    return false;
  }
  for (const json& parent : *found) {
    std::string id = forge.kind == ForgeKind::github ? text_of(parent, "sha")
                     : parent.is_string()            ? parent.get<std::string>()
                                                     : std::string();
    if (!is_full_id(id)) {
      return false;
    }
    parents.push_back(std::move(id));
  }
  return true;
}

const char* id_key(const Forge& forge) {
  return forge.kind == ForgeKind::github ? "sha" : "id";
}

}  // namespace

sys::Url list_url(const Forge& forge, const std::string& start) {
  sys::Url url = forge.project;
  if (forge.kind == ForgeKind::github) {
    url.path += "/commits";
    sys::add_query(url, "sha", start);
  } else {
    url.path += "/repository/commits";
    sys::add_query(url, "ref_name", start);
    sys::add_query(url, "first_parent", "true");
  }
  sys::add_query(url, "per_page", "100");
  return url;
}

sys::Url meeting_url(const Forge& forge, const std::string& base, const std::string& change) {
  sys::Url url = forge.project;
  if (forge.kind == ForgeKind::github) {
    url.path.append("/compare/").append(base).append("...").append(change);
    sys::add_query(url, "per_page", "1");
    sys::add_query(url, "page", "2");
  } else {
    url.path += "/repository/merge_base";
    sys::add_query(url, "refs[]", base);
    sys::add_query(url, "refs[]", change);
  }
  return url;
}

core::Result<std::vector<NamedCommit>> listed_commits(const Forge& forge,
                                                      const sys::HttpResponse& response) {
  const auto document = document_of(forge, response);
  if (!document) {
    return tl::unexpected(document.error());
  }
  if (!document->is_array()) {
    return tl::unexpected(broken(forge));
  }
  std::vector<NamedCommit> commits;
  for (const json& commit : *document) {
    NamedCommit named{text_of(commit, id_key(forge)), {}};
    if (!is_full_id(named.first) || !read_parents(forge, commit, named.second.parents)) {
      return tl::unexpected(broken(forge));
    }
    commits.push_back(std::move(named));
  }
  return commits;
}

core::Result<std::string> meeting_commit(const Forge& forge, const sys::HttpResponse& response) {
  const auto document = document_of(forge, response);
  if (!document) {
    return tl::unexpected(document.error());
  }
  const bool nested = forge.kind == ForgeKind::github;
  const json& commit =
      nested && document->is_object() ? document->value("merge_base_commit", json()) : *document;
  std::string id = text_of(commit, id_key(forge));
  if (!is_full_id(id)) {
    return tl::unexpected(broken(forge));
  }
  return id;
}

}  // namespace buildcache::git
