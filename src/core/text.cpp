#include "core/text.hpp"

#include "core/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>

namespace buildcache::core {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Control characters, line separators and what reorders text for the eye.
bool is_deceptive(char32_t c) {
  return (c < 0x20 && c != '\t') || (c >= 0x7F && c <= 0x9F) || c == 0x61C || c == 0x200E ||
         c == 0x200F || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

std::string escaped(char32_t c) {
  std::array<char, 16> text{};
  const int length = std::snprintf(
      text.data(), text.size(), c < 0x100 ? "\\x%02x" : "\\u%04x", static_cast<unsigned>(c));
  return {text.data(), static_cast<std::size_t>(length)};
}

bool is_bare_in_shell(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
}

std::string single_quoted(std::string_view word) {
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string lowered(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

// Damerau-Levenshtein distance in its restricted form: neighbours swapped count as one edit.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

std::string with_one_decimal(std::uint64_t tenths) {
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

}  // namespace

std::string printable(std::string_view bytes, bool keep_newlines) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const DecodedCharacter first = decode_utf8(bytes);
    if (first.character == kInvalidCharacter) {
      text += kReplacement;
    } else if (is_deceptive(first.character) && !(keep_newlines && first.character == '\n')) {
      text += escaped(first.character);
    } else {
      text += bytes.substr(0, first.length);
    }
    bytes.remove_prefix(first.length);
  }
  return text;
}

std::string shortened(std::string_view utf8, std::size_t limit) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < utf8.size(); i += decode_utf8(utf8.substr(i)).length) {
    starts.push_back(i);
  }
  if (starts.size() <= limit) {
    return std::string(utf8);
  }
  if (limit == 0) {
    return "";
  }
  const std::size_t head = limit / 2;
  const std::size_t tail = limit - 1 - head;
  const std::size_t tail_start = tail == 0 ? utf8.size() : starts[starts.size() - tail];
  return std::string(utf8.substr(0, starts[head])) + "…" + std::string(utf8.substr(tail_start));
}

std::string shell_quoted(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, is_bare_in_shell) ? std::string(word)
                                                                      : single_quoted(word);
}

std::string shell_joined(const std::vector<std::string>& argv) {
  std::string line;
  for (const std::string& word : argv) {
    // Bare, a first word with '=' would be an assignment.
    const bool assignment = line.empty() && word.find('=') != std::string::npos;
    line += line.empty() ? "" : " ";
    line += assignment ? single_quoted(word) : shell_quoted(word);
  }
  return line;
}

std::string nearest(std::string_view word, const std::vector<std::string>& words) {
  static constexpr std::size_t kLongest = 64;
  std::string best;
  std::size_t best_distance = 0;
  for (const std::string& candidate : words) {
    const std::size_t longer = std::max(word.size(), candidate.size());
    if (longer > kLongest) {
      continue;
    }
    const std::size_t distance = edit_distance(lowered(word), lowered(candidate));
    if (distance <= longer / 3 && (best.empty() || distance < best_distance)) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string human_duration(std::chrono::milliseconds duration) {
  const auto milliseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration.count()));
  const std::uint64_t seconds = milliseconds / 1000;
  if (seconds == 0) {
    return std::to_string(milliseconds) + " ms";
  }
  if (seconds < 60) {
    return with_one_decimal(milliseconds / 100) + " s";
  }
  if (seconds < 3600) {
    return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
  }
  return std::to_string(seconds / 3600) + " h " + std::to_string(seconds % 3600 / 60) + " min";
}

std::string human_size(std::uint64_t bytes) {
  if (bytes < 1024) {
    return std::to_string(bytes) + " B";
  }
  static constexpr std::array<std::string_view, 6> kUnits = {
      "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  std::size_t unit = 0;
  static constexpr std::uint64_t kMebi = 1ULL << 20U;
  while (bytes >= kMebi) {
    bytes /= 1024;
    ++unit;
  }
  return with_one_decimal(bytes * 10 / 1024).append(" ").append(kUnits.at(unit));
}

std::string short_id(std::string_view hex) {
  return std::string(hex.substr(0, 12));
}

}  // namespace buildcache::core
