// A small reader of GitHub's tables, independent of what writes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace buildcache::report {

// Returns every complaint about the tables of a document: rows whose cells differ in number from
// their head's, tables that do not begin after a blank line, HTML tags other than <code>, <details>
// and <summary>, unclosed ones. Fenced blocks are skipped.
std::vector<std::string> complaints_about(const std::string& markdown);

// Returns the number of cells of a row as GFM counts them: pipes without a backslash before them.
std::size_t cells_of(std::string_view row);

}  // namespace buildcache::report
