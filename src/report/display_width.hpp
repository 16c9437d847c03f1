// How much room text takes in a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::report {

// Returns the columns that printable UTF-8 takes at most: two for what East Asian fonts and emoji
// draw wide (Unicode's EastAsianWidth W and F, in whole blocks), one for everything else, four for
// a tab.
std::size_t display_width(std::string_view utf8);

// Returns the text with tabs as spaces in at most `columns`, an ellipsis at its end when it was
// cut.
std::string cut_to_width(std::string_view utf8, std::size_t columns);

// Returns the text with tabs as spaces in lines of at most `columns` each (a character that is
// wider than all of them is replaced by '?'); one empty line for an empty text.
std::vector<std::string> broken_to_width(std::string_view utf8, std::size_t columns);

}  // namespace buildcache::report
