// Making arbitrary bytes safe and readable in logs, shells and reports.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::core {

// Returns valid UTF-8 without control characters: each invalid byte becomes U+FFFD, each control
// character (C0 but tab, C1, DEL, line and paragraph separators, bidirectional overrides) a visible
// escape such as "\x1b". Newlines are escaped too unless `keep_newlines`.
std::string printable(std::string_view bytes, bool keep_newlines = false);

// Returns at most `limit` characters (code points), an ellipsis in the middle of what was cut.
std::string shortened(std::string_view utf8, std::size_t limit);

// Returns one word for POSIX sh that means exactly `word`; bare where no quoting is needed.
std::string shell_quoted(std::string_view word);
std::string shell_joined(const std::vector<std::string>& argv);

// Returns the nearest of `words` to `word` by edit distance, empty when none is close.
std::string nearest(std::string_view word, const std::vector<std::string>& words);

// "12.3 s", "840 ms", "2 min 5 s".
std::string human_duration(std::chrono::milliseconds duration);
// "1.2 MiB".
std::string human_size(std::uint64_t bytes);

// The first 12 characters of a commit id or digest hex, for people.
std::string short_id(std::string_view hex);

}  // namespace buildcache::core
