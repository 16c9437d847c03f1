#include "config/interpolate.hpp"

#include "config/placeholders.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace buildcache::config {
namespace {

constexpr std::string_view kSyntaxHint =
    "write ${NAME} or ${NAME:-default}, and $$ for a dollar sign";

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

tl::unexpected<TextProblem> problem(std::string message, std::string hint) {
  return tl::unexpected(TextProblem{0, std::move(message), std::move(hint)});
}

// Returns the value of what stands between `${` and `}`.
tl::expected<std::string, TextProblem> value_of(std::string_view inside,
                                                const sys::Environment& environment) {
  const auto colon = inside.find(":-");
  const auto name = inside.substr(0, colon);
  if (!is_variable_name(name)) {
    return problem("this `${…}` does not name a variable", std::string(kSyntaxHint));
  }
  auto value = environment.get(name);
  if (colon != std::string_view::npos) {
    const auto fallback = inside.substr(colon + 2);
    if (fallback.find("${") != std::string_view::npos) {
      return problem("a default cannot hold another `${…}`", "");
    }
    return value.empty() ? std::string(fallback) : value;
  }
  if (!environment.has(name)) {
    return problem(fmt::format("the environment variable {} is not set", name),
                   is_placeholder(name) ? fmt::format("the placeholder is written {{{}}}", name)
                                        : fmt::format("set it, or write ${{{}:-default}}", name));
  }
  return value;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    result += c;
    if (c == '{') {
      result += c;
    }
  }
  return result;
}

// What stands for the front of a text.
struct Replacement {
  std::string text;
  std::size_t length = 0;  // of what it replaces
  bool is_value = false;   // of a variable
};

// REQUIRES: `rest` begins with a dollar sign.
tl::expected<Replacement, TextProblem> replacement_of(std::string_view rest,
                                                      const sys::Environment& environment) {
  const auto length = variable_length(rest);
  if (length > 2) {
    auto value = value_of(rest.substr(2, length - 3), environment);
    if (!value) {
      return tl::unexpected(std::move(value.error()));
    }
    return Replacement{std::move(*value), length, true};
  }
  if (length == 0 && rest.size() > 1 && (rest[1] == '{' || is_name_start(rest[1]))) {
    return problem(
        rest[1] == '{' ? "this `${` is not closed" : "a `$` before a name without braces",
        std::string(kSyntaxHint));
  }
  return Replacement{"$", std::max<std::size_t>(length, 1), false};
}

}  // namespace

bool is_variable_name(std::string_view name) {
  return !name.empty() && is_name_start(name.front()) && std::ranges::all_of(name, [](char c) {
    return is_name_start(c) || (c >= '0' && c <= '9');
  });
}

std::size_t variable_length(std::string_view text) {
  if (text.starts_with("$$")) {
    return 2;
  }
  if (!text.starts_with("${")) {
    return 0;
  }
  const auto end = text.find('}');
  return end == std::string_view::npos ? 0 : end + 1;
}

tl::expected<std::string, TextProblem> interpolate(std::string_view text,
                                                   const sys::Environment& environment,
                                                   Braces braces) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const auto dollar = std::min(text.find('$', i), text.size());
    result += text.substr(i, dollar - i);
    const auto rest = text.substr(dollar);
    i = dollar;
    if (rest.empty()) {
      break;
    }
    auto part = replacement_of(rest, environment);
    if (!part) {
      part.error().offset = i;
      return tl::unexpected(std::move(part.error()));
    }
    const bool escape = part->is_value && braces == Braces::escaped;
    result += escape ? escaped(part->text) : part->text;
    i += part->length;
  }
  return result;
}

}  // namespace buildcache::config
