// Hostile text inside GitHub Markdown.
#pragma once

#include <string>
#include <string_view>

namespace buildcache::report {

// Returns text that GitHub shows as given (made printable, cut to `limit` characters) inside a
// table cell or a line: no markup, link, mention, image or HTML of its own. An '@' is followed by
// an invisible character.
std::string md_text(std::string_view text, std::size_t limit = 300);

// The same in a monospaced font, where GitHub looks for no mentions; nothing invisible is added, so
// it can be copied.
std::string md_code(std::string_view text, std::size_t limit = 300);

// Returns a fenced block whose fence no line of `text` can close; at most `limit` characters.
std::string md_block(std::string_view text, std::size_t limit = 4000);

}  // namespace buildcache::report
