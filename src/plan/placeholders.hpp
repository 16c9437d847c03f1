// What {sha}, {branch}, … stand for in this run, and how they look in tags, labels and arguments.
// Pure.
#pragma once

#include "core/result.hpp"
#include "plan/candidates.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::plan {

struct Placeholder {
  std::string name;
  std::string value;            // empty: it has none in this run
  std::string why_missing;      // "has no value, as this run is for no pull request"
  std::string not_in_tags_why;  // set when it has a value that must not name an image
};

// Returns all placeholders for one target.
std::vector<Placeholder> placeholders_of(const Facts& facts, const config::Target& target);

struct Filled {
  std::optional<std::string> text;  // nullopt: a placeholder in it has no value
  std::string missing;              // then, which and why: "{pr} has no value, as …"
};

// Fills a label's or an argument's text; values go in as they are.
Filled fill_text(std::string_view text, const std::vector<Placeholder>& placeholders);

// Fills an image reference. In its tag a value that is no legal tag becomes one, by a cleaned
// prefix and a hash, so that two branches never share a tag; upper case is legal there. Before the
// tag every value becomes a core::slug(). Commit ids and numbers are kept in either place.
Filled fill_reference(std::string_view text, const std::vector<Placeholder>& placeholders);

}  // namespace buildcache::plan
