#include "git/commit_object.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>

namespace buildcache::git {
namespace {

constexpr std::size_t kIdLength = 40;

// Takes the first line off `text`.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// Returns what follows `key` and a space; nullopt for another line.
std::optional<std::string_view> value_of(std::string_view line, std::string_view key) {
  if (line.size() <= key.size() || line.substr(0, key.size()) != key || line[key.size()] != ' ') {
    return std::nullopt;
  }
  return line.substr(key.size() + 1);
}

// "Name <address> 1700000000 +0100": the number after the last '>'.
std::int64_t time_of(std::string_view person) {
  const std::size_t bracket = person.rfind('>');
  if (bracket == std::string_view::npos || bracket + 2 >= person.size()) {
    return 0;
  }
  const std::string_view rest = person.substr(bracket + 2);
  std::int64_t time = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), time);
  return time;
}

}  // namespace

bool is_full_id(std::string_view text) {
  return text.size() == kIdLength && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::optional<CommitNode> parse_commit(std::string_view object) {
  const auto tree = value_of(take_line(object), "tree");
  if (!tree || !is_full_id(*tree)) {
    return std::nullopt;
  }
  CommitNode node;
  while (!object.empty()) {
    const std::string_view line = take_line(object);
    if (line.empty()) {
      break;
    }
    if (const auto parent = value_of(line, "parent")) {
      if (!is_full_id(*parent)) {
        return std::nullopt;
      }
      node.parents.emplace_back(*parent);
    } else if (const auto committer = value_of(line, "committer")) {
      node.time = time_of(*committer);
      break;
    }
  }
  return node;
}

}  // namespace buildcache::git
