// The header of a raw commit object, as `git cat-file commit` prints it.
#pragma once

#include "git/graph.hpp"

#include <optional>
#include <string_view>

namespace buildcache::git {

// Returns parents in order and the committer's time (0 when unreadable); nullopt when the bytes are
// no commit object. Source: gitformat of commit objects, git's commit.c.
std::optional<CommitNode> parse_commit(std::string_view object);

// Whether `text` is a full commit id: 40 lower-case hexadecimal digits.
bool is_full_id(std::string_view text);

}  // namespace buildcache::git
