#include "config/type.hpp"

#include "config/interpolate.hpp"
#include "config/placeholders.hpp"
#include "core/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <optional>

namespace buildcache::config {
namespace {

constexpr std::size_t kMaxTextSize = 32'768;  // bytes; Linux takes 128 KiB in one argument

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool holds_control_character(std::string_view text, bool lines_allowed) {
  return std::ranges::any_of(text, [lines_allowed](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && !(lines_allowed && (c == '\n' || c == '\t'))) || byte == 0x7F;
  });
}

// Fills in the variables and checks what every text must be.
std::optional<std::string> filled_text(const Value& value, Braces braces, bool lines_allowed) {
  if (value.text().size() > kMaxTextSize) {
    value.error("a text longer than 32 KiB");
    return std::nullopt;
  }
  auto filled = interpolate(value.text(), value.environment(), braces);
  if (!filled) {
    value.error_at(filled.error().offset, filled.error().message, filled.error().hint);
    return std::nullopt;
  }
  if (filled->size() > 2 * kMaxTextSize) {
    value.error("a text longer than 64 KiB once its variables are filled in");
    return std::nullopt;
  }
  if (holds_control_character(*filled, lines_allowed)) {
    const bool has_variables = value.text().find("${") != std::string::npos;
    value.error(lines_allowed ? "the text holds a control character"
                              : "the text holds a line break or another control character",
                has_variables ? "look at what its variables hold"
                              : "in double quotes a `\\` begins an escape; single quotes keep it");
    return std::nullopt;
  }
  return *filled;
}

std::optional<TextProblem> find_bad_placeholder(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto rest = text.substr(i);
    const bool unclosed = rest.starts_with("${") && variable_length(rest) == 0;
    const auto skipped = rest.starts_with("{{") || unclosed ? 2 : variable_length(rest);
    if (skipped > 0 || rest[0] != '{') {
      i += std::max<std::size_t>(skipped, 1);
      continue;
    }
    const auto end = rest.find('}');
    if (end == std::string_view::npos) {
      return TextProblem{i, "this `{` is not closed", "write `{{` for a brace"};
    }
    const auto placeholder = rest.substr(1, end - 1);
    if (!is_placeholder(placeholder)) {
      const auto near = core::nearest(placeholder, placeholder_names());
      return TextProblem{
          i,
          fmt::format("unknown placeholder, expected {{{}}}",
                      fmt::join(placeholder_names(), "}, {")),
          near.empty() ? "write `{{` for a brace" : fmt::format("did you mean {{{}}}?", near)};
    }
    i += end + 1;
  }
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> unit_of(std::string_view text) {
  using std::chrono::milliseconds;
  if (text == "ms") {
    return milliseconds(1);
  }
  if (text == "s") {
    return milliseconds(1000);
  }
  if (text == "m") {
    return milliseconds(60'000);
  }
  return text == "h" ? std::optional(milliseconds(3'600'000)) : std::nullopt;
}

// Parses "1m30s": numbers with units, the larger unit first.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::chrono::milliseconds total{0};
  std::chrono::milliseconds last = std::chrono::hours(2);
  while (!text.empty()) {
    const auto digits = std::ranges::find_if_not(text, is_digit) - text.begin();
    int number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + digits, number);
    text.remove_prefix(static_cast<std::size_t>(digits));
    const auto letters = std::ranges::find_if(text, is_digit) - text.begin();
    const auto unit = unit_of(text.substr(0, static_cast<std::size_t>(letters)));
    if (digits == 0 || digits > 7 || parsed.ec != std::errc() || !unit || *unit >= last) {
      return std::nullopt;
    }
    total += number * *unit;
    last = *unit;
    text.remove_prefix(static_cast<std::size_t>(letters));
  }
  return last == std::chrono::hours(2) ? std::nullopt : std::optional(total);
}

std::string duration_text(std::chrono::milliseconds time) {
  const auto count = time.count();
  if (count % 3'600'000 == 0) {
    return fmt::format("{}h", count / 3'600'000);
  }
  if (count % 60'000 == 0) {
    return fmt::format("{}m", count / 60'000);
  }
  return count % 1000 == 0 ? fmt::format("{}s", count / 1000) : fmt::format("{}ms", count);
}

bool fits(const TextRule& rule, std::string_view text) {
  return rule.fits == nullptr || rule.fits(text);
}

std::string boolean_hint(const Value& value) {
  const std::vector<std::string> yes{"yes", "Yes", "YES", "on", "On", "ON", "True", "TRUE", "y"};
  const std::vector<std::string> no{"no", "No", "NO", "off", "Off", "OFF", "False", "FALSE", "n"};
  if (std::ranges::find(yes, value.text()) != yes.end()) {
    return "write true";
  }
  if (std::ranges::find(no, value.text()) != no.end()) {
    return "write false";
  }
  return value.text() == "true" || value.text() == "false" ? "remove the quotes" : "";
}

}  // namespace

Type<std::string> text(TextRule rule) {
  return {shape_of(Shape::Kind::text, std::string(rule.what)),
          [rule](const Value& value, std::string& out) {
            if (!value.expect_scalar(rule.what)) {
              return;
            }
            const auto filled = filled_text(value, Braces::as_they_are, false);
            if (!filled) {
              return;
            }
            if ((filled->empty() && !rule.may_be_empty) || !fits(rule, *filled)) {
              value.unexpected(rule.what, std::string(rule.hint));
              return;
            }
            out = *filled;
          }};
}

Type<std::string> name(TextRule rule, std::string pattern) {
  return {shape_of(Shape::Kind::text, std::string(rule.what), std::move(pattern)),
          [rule](const Value& value, std::string& out) {
            if (!value.expect_scalar(rule.what)) {
              return;
            }
            if (!fits(rule, value.text())) {
              value.unexpected(rule.what, std::string(rule.hint));
              return;
            }
            out = value.text();
          }};
}

Type<std::string> scalar(TextRule rule) {
  auto any = text(rule);
  any.shape.kind = Shape::Kind::any_scalar;
  return any;
}

Type<std::string> flag_or(const std::vector<std::string>& words) {
  std::vector<std::string> known = {"true", "false"};
  known.insert(known.end(), words.begin(), words.end());
  const auto what = one_of_text(known);
  auto shape = boolean().shape;
  if (!words.empty()) {
    auto choices = shape_of(Shape::Kind::words, one_of_text(words));
    choices.words = words;
    shape = shape_of(Shape::Kind::one_of, what, std::vector{shape, choices});
  }
  return {shape, [known, what](const Value& value, std::string& out) {
            const bool fits = value.node().kind == YamlNode::Kind::scalar &&
                              std::ranges::find(known, value.text()) != known.end();
            if (!fits) {
              value.unexpected(what);
              return;
            }
            out = value.text();
          }};
}

Type<std::string> block(TextRule rule) {
  return {shape_of(Shape::Kind::text, std::string(rule.what)),
          [rule](const Value& value, std::string& out) {
            if (!value.expect_scalar(rule.what)) {
              return;
            }
            if (value.text().empty() || value.text().find('\0') != std::string::npos) {
              value.unexpected(rule.what);
              return;
            }
            out = value.text();
          }};
}

Type<std::string> templated(TextRule rule) {
  return {shape_of(Shape::Kind::any_scalar, std::string(rule.what)),
          [rule](const Value& value, std::string& out) {
            const bool empty = value.node().kind == YamlNode::Kind::null;
            if (!value.expect_scalar(rule.what, empty ? "an empty text is written \"\"" : "")) {
              return;
            }
            if (const auto bad = find_bad_placeholder(value.text())) {
              value.error_at(bad->offset, bad->message, bad->hint);
              return;
            }
            const auto filled = filled_text(value, Braces::escaped, true);
            if (!filled) {
              return;
            }
            if (!fits(rule, *filled)) {
              value.unexpected(rule.what, std::string(rule.hint));
              return;
            }
            out = *filled;
          }};
}

Type<int> whole_number(int min, int max) {
  const auto what = fmt::format("a whole number from {} to {}", min, max);
  auto shape = shape_of(Shape::Kind::integer, what);
  shape.min = min;
  shape.max = max;
  return {shape, [what, min, max](const Value& value, int& out) {
            const auto& text = value.text();
            int number = 0;
            const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
            const bool is_number = !text.empty() && parsed.ec == std::errc() &&
                                   parsed.ptr == text.data() + text.size();
            if (!value.is_plain() || !is_number || number < min || number > max) {
              value.unexpected(what, is_number && !value.is_plain() ? "remove the quotes" : "");
              return;
            }
            out = number;
          }};
}

Type<bool> boolean() {
  return {shape_of(Shape::Kind::boolean, "true or false"), [](const Value& value, bool& out) {
            if (!value.is_plain() || (value.text() != "true" && value.text() != "false")) {
              value.unexpected("true or false", boolean_hint(value));
              return;
            }
            out = value.text() == "true";
          }};
}

Type<std::chrono::milliseconds> duration(std::chrono::milliseconds min,
                                         std::chrono::milliseconds max) {
  const auto what = fmt::format(
      "a duration from {} to {} such as 10s or 1m30s", duration_text(min), duration_text(max));
  return {
      shape_of(Shape::Kind::text, what, "^([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$"),
      [what, min, max](const Value& value, std::chrono::milliseconds& out) {
        const auto& text = value.text();
        const bool bare = !text.empty() && std::ranges::all_of(text, is_digit);
        const auto time = parse_duration(text);
        if (value.node().kind != YamlNode::Kind::scalar || !time || *time < min || *time > max) {
          value.unexpected(what, bare ? "the unit is missing: ms, s, m or h" : "");
          return;
        }
        out = *time;
      }};
}

void refuse_unknown_key(const Entry& entry, const std::vector<std::string>& known) {
  if (entry.value.reading().is_full()) {
    return;
  }
  const auto first_word = entry.key.substr(0, entry.key.find(' '));
  if (entry.value.node().kind == YamlNode::Kind::null && first_word != entry.key &&
      std::ranges::find(known, first_word) != known.end()) {
    entry.key_place.error("unknown key", fmt::format("is a `:` missing after `{}`?", first_word));
    return;
  }
  const auto near = core::nearest(entry.key, known);
  entry.key_place.error("unknown key",
                        near.empty() ? fmt::format("known here: {}", fmt::join(known, ", "))
                                     : fmt::format("did you mean `{}`?", near));
}

void refuse_missing_key(const Value& object, const KeyInfo& key) {
  object.error(fmt::format("`{}` is missing", key.name),
               fmt::format("add `{}: {}`", key.name, key.example));
}

void refuse_unknown_word(const Value& value, const std::vector<std::string>& known) {
  if (value.reading().is_full()) {
    return;
  }
  const auto near = core::nearest(value.text(), known);
  value.unexpected(one_of_text(known), near.empty() ? "" : fmt::format("did you mean `{}`?", near));
}

void refuse_repeated_items(const Value& list) {
  std::map<std::string_view, std::size_t> seen;
  for (std::size_t i = 0; i < list.node().items.size(); ++i) {
    const Value item = list.item(i);
    if (item.node().kind != YamlNode::Kind::scalar) {
      continue;
    }
    const auto [first, is_new] = seen.emplace(item.text(), i);
    if (!is_new) {
      item.error(fmt::format("the same as {}[{}]", list.path(), first->second),
                 "keep one of the two");
    }
  }
}

std::string one_of_text(const std::vector<std::string>& words) {
  if (words.size() == 1) {
    return words.front();
  }
  return fmt::format("{} or {}", fmt::join(words.begin(), words.end() - 1, ", "), words.back());
}

bool check_map_key(const Entry& entry, const TextRule& rule) {
  if (fits(rule, entry.key)) {
    return true;
  }
  entry.key_place.error(fmt::format("expected {}", rule.what), std::string(rule.hint));
  return false;
}

}  // namespace buildcache::config
