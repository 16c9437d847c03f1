// How GitHub Actions' runner reads log lines and files: escapes and limits. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::ci {

// The runner uploads nothing of a summary over 1 MiB, and has lost summaries near it.
inline constexpr std::size_t kSummaryLimit = std::size_t{900} * 1024;

// Returns `bytes` as valid UTF-8: each invalid byte and each NUL becomes U+FFFD, all else stays.
std::string valid_utf8(std::string_view bytes);

// Returns "::name title=...::data". Values may hold anything; an empty title is left out.
std::string workflow_command(std::string_view name, std::string_view title, std::string_view data);

// Returns one entry of GITHUB_OUTPUT with its final newline. `delimiter` must not occur in `value`.
std::string output_entry(std::string_view name, std::string_view value, std::string_view delimiter);

// Whether `name` may name an output: a letter or '_', then letters, digits, '_' and '-'.
bool is_output_name(std::string_view name);

// Returns `markdown` whole when it has at most `limit` bytes, else its first lines and a last one
// that says what is missing, together at most `limit` bytes. Empty when not even that fits.
std::string capped_summary(std::string_view markdown, std::size_t limit);

// Returns what must be masked so that `secret` appears nowhere in the log, in plain or as part of a
// longer base64 text, without duplicates.
std::vector<std::string> masks_of(std::string_view secret);

}  // namespace buildcache::ci
