// The table of docs/configuration.md, made from the key table.
#pragma once

#include <string>

namespace buildcache::config {

// Returns Markdown: a heading line, then one row per key in the order of the table.
std::string reference_table();

}  // namespace buildcache::config
