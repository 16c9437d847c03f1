#include "ci/github_grammar.hpp"

#include "core/base64.hpp"
#include "core/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace buildcache::ci {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::size_t kShortestMask = 4;

std::string escaped_data(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '%':
        escaped += "%25";
        break;
      case '\r':
        escaped += "%0D";
        break;
      case '\n':
        escaped += "%0A";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string escaped_property(std::string_view text) {
  std::string escaped;
  for (const char c : escaped_data(text)) {
    if (c == ':') {
      escaped += "%3A";
    } else if (c == ',') {
      escaped += "%2C";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// The old form of commands is looked for anywhere in a line, in the new form's data too.
std::string without_legacy_commands(std::string text) {
  for (std::size_t at = text.find("##["); at != std::string::npos; at = text.find("##[", at)) {
    text.insert(at + 1, " ");
  }
  return text;
}

// The characters of a base64 text that depend on `secret` alone when it starts `shift` bytes into a
// group of three, whatever stands around it.
std::string base64_core(std::string_view secret, std::size_t shift) {
  const std::string text = core::base64_encoded(std::string(shift, '\0') + std::string(secret));
  const std::size_t first = (8 * shift + 5) / 6;
  const std::size_t end = 8 * (shift + secret.size()) / 6;
  return end > first ? text.substr(first, end - first) : std::string();
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\r\n");
    if (end != 0) {
      lines.emplace_back(text.substr(0, end));
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace

std::string valid_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = core::utf8_length(bytes);
    if (length == 0 || bytes.front() == '\0') {
      text += kReplacement;
      bytes.remove_prefix(1);
    } else {
      text += bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
  }
  return text;
}

std::string workflow_command(std::string_view name, std::string_view title, std::string_view data) {
  std::string line = "::" + std::string(name);
  if (!title.empty()) {
    line += " title=" + escaped_property(without_legacy_commands(valid_utf8(title)));
  }
  return line + "::" + escaped_data(without_legacy_commands(valid_utf8(data)));
}

std::string output_entry(std::string_view name,
                         std::string_view value,
                         std::string_view delimiter) {
  std::string entry(name);
  entry.append("<<").append(delimiter).append("\n");
  entry.append(value).append("\n");
  entry.append(delimiter).append("\n");
  return entry;
}

bool is_output_name(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&is_letter](char c) {
           return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
         });
}

std::string capped_summary(std::string_view markdown, std::size_t limit) {
  if (markdown.size() <= limit) {
    return std::string(markdown);
  }
  constexpr std::string_view kCut =
      "\n\n_The summary is cut here: GitHub takes no more. The log has all of it._\n";
  if (limit < kCut.size()) {
    return {};
  }
  const std::string_view kept = markdown.substr(0, limit - kCut.size());
  std::size_t end = kept.rfind('\n');
  if (end == std::string_view::npos) {
    end = kept.size();
    while (end > 0 && (static_cast<unsigned char>(markdown[end]) & 0xC0U) == 0x80U) {
      --end;
    }
  }
  return std::string(kept.substr(0, end)).append(kCut);
}

std::vector<std::string> masks_of(std::string_view secret) {
  std::vector<std::string> lines = lines_of(secret);
  const bool has_long_line = std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    return line.size() >= kShortestMask;
  });
  std::vector<std::string> masks;
  const auto add = [&masks](std::string mask) {
    const bool is_new = std::find(masks.begin(), masks.end(), mask) == masks.end();
    if (is_new && !mask.empty()) {
      masks.push_back(std::move(mask));
    }
  };
  for (const std::string& line : lines) {
    if (!has_long_line || line.size() >= kShortestMask) {
      add(line);
    }
  }
  if (!lines.empty()) {
    add(core::base64_encoded(secret));
    for (std::size_t shift = 0; shift < 3; ++shift) {
      std::string mask = base64_core(secret, shift);
      if (mask.size() >= kShortestMask) {
        add(std::move(mask));
      }
    }
  }
  return masks;
}

}  // namespace buildcache::ci
