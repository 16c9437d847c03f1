// What the APIs of GitHub and GitLab are asked about commits, and how they answer. Pure.
#pragma once

#include "core/result.hpp"
#include "git/forge.hpp"
#include "git/graph.hpp"
#include "sys/http.hpp"

#include <string>
#include <utility>
#include <vector>

namespace buildcache::git {

using NamedCommit = std::pair<std::string, CommitNode>;  // full id; the node's time stays 0

// The address of at most 100 commits back from `start`, a commit or a branch, the newest first.
// GitLab walks along first parents; GitHub's list has all ancestors by date.
sys::Url list_url(const Forge& forge, const std::string& start);

// The address of the commit where the histories of two commits meet. GitHub: compare, its second
// page, as the first one holds the changed files, too; GitLab: merge_base.
sys::Url meeting_url(const Forge& forge, const std::string& base, const std::string& change);

// Errors of both: unauthorized, forbidden, not_found, unavailable, bad_response; the message has
// the API's own words.
core::Result<std::vector<NamedCommit>> listed_commits(const Forge& forge,
                                                      const sys::HttpResponse& response);
core::Result<std::string> meeting_commit(const Forge& forge, const sys::HttpResponse& response);

}  // namespace buildcache::git
