#include "plan/placeholders.hpp"

#include "config/placeholders.hpp"
#include "core/slug.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace buildcache::plan {

namespace {

constexpr std::size_t kTagLimit = 128;  // OCI distribution specification, tag grammar
constexpr std::size_t kPathLimit = 64;
constexpr std::size_t kShortestSlug = 16;

const Placeholder& named(const std::vector<Placeholder>& placeholders, std::string_view name) {
  return *std::ranges::find(placeholders, name, &Placeholder::name);
}

// Values that are legal everywhere and short.
bool is_fixed(std::string_view name) {
  return name == "sha" || name == "short-sha" || name == "pr";
}

bool is_tag_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

// Returns a value for the tag part: itself where that is legal and no changed one could look alike.
std::string in_tag(const std::string& value, std::size_t limit) {
  const bool legal = value.size() <= limit && std::ranges::all_of(value, is_tag_character) &&
                     value.front() != '.' && value.front() != '-';
  return legal && !core::is_cut_slug(lower(value)) ? value : core::cut_slug(value, limit);
}

Placeholder branch_placeholder(const Facts& facts) {
  Placeholder branch{"branch", "", "has no value, as this run is for no branch", ""};
  const auto& change = facts.ci.change;
  branch.value = change ? change->head_branch : branch_of(facts.git, facts.ci);
  if (change && change->fork) {
    branch.not_in_tags_why = "is a fork's branch, which must not name an image of this repository";
  } else if (builds_other_code(facts.git, facts.ci)) {
    branch.not_in_tags_why = "is not the branch of what is checked out";
  }
  return branch;
}

Filled missing(const Placeholder& placeholder, const std::string& why) {
  return {std::nullopt, "{" + placeholder.name + "} " + why};
}

std::optional<Filled> first_missing(std::string_view text,
                                    const std::vector<Placeholder>& placeholders,
                                    bool in_reference) {
  for (const std::string& name : config::placeholders_in(text)) {
    const Placeholder& placeholder = named(placeholders, name);
    if (placeholder.value.empty()) {
      return missing(placeholder, placeholder.why_missing);
    }
    if (in_reference && !placeholder.not_in_tags_why.empty()) {
      return missing(placeholder, placeholder.not_in_tags_why);
    }
  }
  return std::nullopt;
}

std::string fill_path(std::string_view path, const std::vector<Placeholder>& placeholders) {
  return config::fill_placeholders(path, [&placeholders](std::string_view name) {
    const std::string& value = named(placeholders, name).value;
    return is_fixed(name) ? value : core::slug(value, kPathLimit);
  });
}

// The room of a tag is shared evenly among the values that can be cut.
std::string fill_tag(std::string_view tag, const std::vector<Placeholder>& placeholders) {
  std::size_t elastic = 0;
  const std::string rest =
      config::fill_placeholders(tag, [&placeholders, &elastic](std::string_view name) {
        elastic += is_fixed(name) ? 0 : 1;
        return is_fixed(name) ? named(placeholders, name).value : std::string();
      });
  const std::size_t room = kTagLimit - std::min(rest.size(), kTagLimit);
  const std::size_t share = std::max(room / std::max<std::size_t>(elastic, 1), kShortestSlug);
  return config::fill_placeholders(tag, [&placeholders, share](std::string_view name) {
    const std::string& value = named(placeholders, name).value;
    return is_fixed(name) ? value : in_tag(value, share);
  });
}

}  // namespace

std::vector<Placeholder> placeholders_of(const Facts& facts, const config::Target& target) {
  const std::string commit = facts.git.head.empty() ? facts.ci.sha : facts.git.head;
  const std::string no_commit = "has no value, as no commit is known";
  const std::string number = facts.ci.change ? facts.ci.change->number : std::string();
  return {{"sha", commit, no_commit, ""},
          {"short-sha", core::short_id(commit), no_commit, ""},
          branch_placeholder(facts),
          {"pr", number, "has no value, as this run is for no pull request", ""},
          {"tag", facts.ci.tag, "has no value, as this run is for no tag", ""},
          {"target", target.name, "", ""}};
}

Filled fill_text(std::string_view text, const std::vector<Placeholder>& placeholders) {
  if (std::optional<Filled> none = first_missing(text, placeholders, false)) {
    return *std::move(none);
  }
  return {
      config::fill_placeholders(
          text, [&placeholders](std::string_view name) { return named(placeholders, name).value; }),
      ""};
}

Filled fill_reference(std::string_view text, const std::vector<Placeholder>& placeholders) {
  if (std::optional<Filled> none = first_missing(text, placeholders, true)) {
    return *std::move(none);
  }
  // No name of a placeholder holds a colon or a slash, so the tag can be found before filling.
  const std::size_t slash = text.rfind('/');
  const std::size_t colon = text.rfind(':');
  const bool tagged =
      colon != std::string_view::npos && (slash == std::string_view::npos || slash < colon);
  if (!tagged) {
    return {fill_path(text, placeholders), ""};
  }
  return {fill_path(text.substr(0, colon), placeholders) + ":" +
              fill_tag(text.substr(colon + 1), placeholders),
          ""};
}

}  // namespace buildcache::plan
