#include "ci/output_file.hpp"

#include "ci/github_grammar.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <utility>

namespace buildcache::ci {
namespace {

constexpr std::size_t kDotenvLimit = 5119;  // bytes: "strictly below 5 kB"
constexpr std::size_t kDotenvValueLimit = 1024;
constexpr std::size_t kDotenvVariables = 20;  // of a self-managed instance's default plan
constexpr std::string_view kUnsafe = "$\"'`\\#";

constexpr std::array<std::pair<std::string_view, OutputFormat>, 4> kFormats{
    {{"dotenv", OutputFormat::dotenv},
     {"properties", OutputFormat::properties},
     {"json", OutputFormat::json},
     {"github", OutputFormat::github}}};

bool fits_dotenv(std::string_view value) {
  return !value.empty() && value.size() <= kDotenvValueLimit &&
         std::ranges::all_of(value, [](char c) {
           return c > ' ' && c < '\x7F' && kUnsafe.find(c) == std::string_view::npos;
         });
}

std::string line_of(std::string_view name, std::string_view value) {
  return fmt::format("{}={}\n", name, value);
}

// Returns the code point at `at`, which moves behind it. REQUIRES: valid UTF-8.
std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80U) {
    return lead;
  }
  const int more = lead >= 0xF0U ? 3 : lead >= 0xE0U ? 2 : 1;
  std::uint32_t point = lead & (0x3FU >> static_cast<unsigned>(more));
  for (int i = 0; i < more; ++i) {
    point = (point << 6U) | (static_cast<unsigned char>(text[at++]) & 0x3FU);
  }
  return point;
}

std::string java_unit(std::uint32_t unit) {
  return fmt::format("\\u{:04X}", unit);
}

// Characters outside of ASCII become UTF-16 units: readers that know no charset take Latin-1.
std::string java_escape(std::uint32_t point) {
  switch (point) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\\':
      return "\\\\";
    default:
      break;
  }
  if (point >= ' ' && point < 0x7FU) {
    return {static_cast<char>(point)};
  }
  if (point < 0x10000U) {
    return java_unit(point);
  }
  const std::uint32_t rest = point - 0x10000U;
  return java_unit(0xD800U + (rest >> 10U)) + java_unit(0xDC00U + (rest & 0x3FFU));
}

std::string java_value(std::string_view text) {
  const std::string valid = valid_utf8(text);
  std::string escaped = valid.starts_with(' ') ? "\\" : "";
  for (std::size_t at = 0; at < valid.size();) {
    escaped += java_escape(next_code_point(valid, at));
  }
  return escaped;
}

}  // namespace

std::optional<OutputFormat> output_format(std::string_view word) {
  const auto* found = std::ranges::find(kFormats, word, &decltype(kFormats)::value_type::first);
  return found == kFormats.end() ? std::nullopt : std::optional(found->second);
}

OutputFormat format_of(std::string_view file, Provider provider) {
  if (file.ends_with(".env")) {
    return OutputFormat::dotenv;
  }
  if (file.ends_with(".properties")) {
    return OutputFormat::properties;
  }
  if (file.ends_with(".json")) {
    return OutputFormat::json;
  }
  switch (provider) {
    case Provider::github:
      return OutputFormat::github;
    case Provider::gitlab:
      return OutputFormat::dotenv;
    case Provider::jenkins:
      return OutputFormat::properties;
    case Provider::local:
      break;
  }
  return OutputFormat::json;
}

std::string variable_name(std::string_view output) {
  std::string name = "BUILDCACHE_";
  for (const char c : output) {
    const bool lower = c >= 'a' && c <= 'z';
    name += c == '-' ? '_' : lower ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name;
}

std::string dotenv(const Outputs& outputs, std::string_view json_path) {
  std::string text;
  std::size_t variables = 0;
  const auto add = [&](std::string_view name, std::string_view value) {
    const std::string line = line_of(name, value);
    if (fits_dotenv(value) && variables < kDotenvVariables &&
        text.size() + line.size() <= kDotenvLimit) {
      text += line;
      ++variables;
    }
  };
  add(variable_name("outputs"), json_path);
  for (const auto& [name, value] : outputs) {
    add(variable_name(name), value);
  }
  return text;
}

std::string properties(const Outputs& outputs) {
  std::string text;
  for (const auto& [name, value] : outputs) {
    text += line_of(variable_name(name), java_value(value));
  }
  return text;
}

std::string outputs_json(const Outputs& outputs) {
  nlohmann::ordered_json document = nlohmann::ordered_json::object();
  for (const auto& [name, value] : outputs) {
    const std::string valid = valid_utf8(value);
    document[name] = valid;
    if (value.starts_with('{')) {
      auto parsed = nlohmann::ordered_json::parse(valid, nullptr, false);
      if (!parsed.is_discarded()) {
        document[name] = std::move(parsed);
      }
    }
  }
  return document.dump(2) + "\n";
}

std::string json_beside(const std::string& path) {
  return std::filesystem::path(path).replace_extension(".json").string();
}

}  // namespace buildcache::ci
