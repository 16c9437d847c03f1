#include "docker/solve_status.hpp"

#include "core/base64.hpp"
#include "core/text.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <chrono>

namespace buildcache::docker {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kNanoseconds = 1'000'000'000;

const Json& list_of(const Json& document, const char* key) {
  static const Json kNone = Json::array();
  const auto found = document.find(key);
  return found != document.end() && found->is_array() ? *found : kNone;
}

std::string text_of(const Json& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t number_of(const Json& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

bool is_true(const Json& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_boolean() && found->get<bool>();
}

VertexUpdate vertex_of(const Json& entry) {
  return {text_of(entry, "digest"),
          core::printable(text_of(entry, "name")),
          parse_timestamp(text_of(entry, "started")),
          parse_timestamp(text_of(entry, "completed")),
          is_true(entry, "cached"),
          core::printable(text_of(entry, "error"))};
}

StatusUpdate status_of(const Json& entry) {
  return {text_of(entry, "vertex"),
          core::printable(text_of(entry, "id")),
          number_of(entry, "current"),
          number_of(entry, "total"),
          entry.contains("completed")};
}

// Returns the digits `text` begins with as a number and removes them; nullopt without a digit.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < 0) {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

// Returns the number behind `separator`, removing both; nullopt when there is none.
std::optional<std::int64_t> take_number_after(std::string_view& text, char separator) {
  if (!text.starts_with(separator)) {
    return std::nullopt;
  }
  text.remove_prefix(1);
  return take_number(text);
}

// Returns the fraction ".813" in nanoseconds and removes it.
std::int64_t take_fraction(std::string_view& text) {
  if (!text.starts_with('.')) {
    return 0;
  }
  text.remove_prefix(1);
  std::int64_t value = 0;
  std::int64_t unit = kNanoseconds;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (unit > 1) {
      unit /= 10;
      value += unit * (text.front() - '0');
    }
    text.remove_prefix(1);
  }
  return value;
}

// Returns the seconds that "Z" or "+02:00" is ahead of UTC.
std::optional<std::int64_t> take_offset(std::string_view text) {
  if (text == "Z") {
    return 0;
  }
  const bool behind = text.starts_with('-');
  const auto hours = take_number_after(text, behind ? '-' : '+');
  const auto minutes = take_number_after(text, ':');
  if (!hours || !minutes || !text.empty() || *hours > 24 || *minutes > 59) {
    return std::nullopt;
  }
  const std::int64_t seconds = *hours * 3600 + *minutes * 60;
  return behind ? -seconds : seconds;
}

}  // namespace

std::int64_t parse_timestamp(std::string_view text) {
  const auto year = take_number(text);
  const auto month = take_number_after(text, '-');
  const auto day = take_number_after(text, '-');
  const auto hour = take_number_after(text, 'T');
  const auto minute = take_number_after(text, ':');
  const auto second = take_number_after(text, ':');
  if (!year || !month || !day || !hour || !minute || !second) {
    return 0;
  }
  const std::int64_t fraction = take_fraction(text);
  const auto offset = take_offset(text);
  // Nanoseconds of 64 bits end in 2262.
  const bool in_range = *year >= 1970 && *year < 2262 && *month <= 12 && *day <= 31 && *hour < 24 &&
                        *minute < 60 && *second <= 60;
  if (!offset || !in_range) {
    return 0;
  }
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) {
    return 0;
  }
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t seconds = ((days * 24 + *hour) * 60 + *minute) * 60 + *second - *offset;
  return seconds * kNanoseconds + fraction;
}

std::optional<SolveStatus> parse_solve_status(std::string_view text) {
  const Json document = Json::parse(text, nullptr, false);
  if (!document.is_object()) {
    return std::nullopt;
  }
  SolveStatus status;
  for (const Json& entry : list_of(document, "vertexes")) {
    if (entry.is_object() && !text_of(entry, "digest").empty()) {
      status.vertexes.push_back(vertex_of(entry));
    }
  }
  for (const Json& entry : list_of(document, "statuses")) {
    if (entry.is_object()) {
      status.statuses.push_back(status_of(entry));
    }
  }
  for (const Json& entry : list_of(document, "logs")) {
    if (entry.is_object()) {
      status.logs.push_back(
          {text_of(entry, "vertex"), core::base64_decoded(text_of(entry, "data")).value_or("")});
    }
  }
  for (const Json& entry : list_of(document, "warnings")) {
    if (entry.is_object()) {
      status.warnings.push_back(
          {text_of(entry, "vertex"),
           core::printable(core::base64_decoded(text_of(entry, "short")).value_or(""))});
    }
  }
  return status;
}

}  // namespace buildcache::docker
