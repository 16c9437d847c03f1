// `${VAR}`, `${VAR:-default}` and `$$` in the texts of a configuration.
#pragma once

#include "sys/environment.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace buildcache::config {

// What is wrong with a text, and at which byte of it. Quotes nothing but names of variables.
struct TextProblem {
  std::size_t offset = 0;
  std::string message;
  std::string hint;
};

// Whether values that are put in are protected from being read as {placeholders} later.
enum class Braces { as_they_are, escaped };

// Returns `text` with every variable replaced: `${VAR}` needs the variable to be set, possibly to
// nothing; `${VAR:-default}` takes the default when it is unset or empty; `$$` is a dollar sign.
tl::expected<std::string, TextProblem> interpolate(std::string_view text,
                                                   const sys::Environment& environment,
                                                   Braces braces);

// Returns the length of the `${…}` or `$$` at the front of `text`, 0 when there is none.
std::size_t variable_length(std::string_view text);

// Whether `name` is [A-Za-z_][A-Za-z0-9_]*.
bool is_variable_name(std::string_view name);

}  // namespace buildcache::config
