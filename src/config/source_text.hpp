// Whether the bytes of a file may be given to the YAML parser at all.
#pragma once

#include "core/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace buildcache::config {

// Returns the first reason why `text` is no configuration file: too large, not UTF-8, a control
// character. yaml-cpp takes U+0004 for the end of the file and guesses UTF-16 and UTF-32; neither
// gets that far.
std::optional<core::Error> refuse_source(std::string_view text, const std::string& file);

// Returns the place of the first tab that stands in the indentation of a line up to `last_line`
// (from 1) which holds anything else.
std::optional<core::Position> find_indenting_tab(std::string_view text,
                                                 const std::string& file,
                                                 int last_line);

// Whether the quoted scalar that starts at byte `start` of `text`, after any tag and anchor, is
// closed before the end. True for what is not quoted. yaml-cpp lets the end of the file close a
// quote when a line break stands before it.
bool is_closed_quote(std::string_view text, std::size_t start);

}  // namespace buildcache::config
