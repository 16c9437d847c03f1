// Variables and quotes in a word of a Dockerfile.
#pragma once

#include "core/result.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace buildcache::dockerfile {

struct Expanded {
  std::string text;
  // Variables it asked for that have no value, with a default or without: an image may give them
  // one.
  std::set<std::string> unknown;
};

// Resolves quotes, escapes, $NAME and ${NAME} with the modifiers - + ? (each also with a colon),
// # ## % %% and / //; a variable without a value is empty. Facts: moby/buildkit,
// frontend/dockerfile/shell/lex.go. Errors: config (a brace or quote that does not end, a modifier
// nobody knows, ${NAME:?words} without a value, a result of more than 128 KiB).
core::Result<Expanded> expand(std::string_view word,
                              const std::map<std::string, std::string>& variables,
                              char escape);

}  // namespace buildcache::dockerfile
