// Hostile text inside GitHub Markdown.
#pragma once

#include <string>
#include <string_view>

namespace buildcache::report {

// Returns text that GitHub shows exactly as given (made printable, cut to `limit` characters) inside a
// table cell or a line: no markup, link, mention, image or HTML of its own.
std::string md_text(std::string_view text, std::size_t limit = 300);

// The same in a monospaced font.
std::string md_code(std::string_view text, std::size_t limit = 300);

// Returns a fenced block whose fence no line of `text` can close; at most `limit` characters.
std::string md_block(std::string_view text, std::size_t limit = 4000);

}  // namespace buildcache::report
