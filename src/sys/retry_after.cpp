#include "sys/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace buildcache::sys {

namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

constexpr milliseconds kLongest = std::chrono::hours(24);

std::optional<int> to_number(std::string_view digits) {
  int number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || digits.front() == '-' || error != std::errc() ||
      end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return number;
}

std::optional<milliseconds> from_seconds(std::string_view text) {
  const bool digits =
      !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  if (!digits) {
    return std::nullopt;
  }
  return text.size() > 5 ? kLongest : milliseconds(*to_number(text) * 1000L);
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<system_clock::time_point> from_date(std::string_view text) {
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || !text.ends_with(" GMT")) {
    return std::nullopt;
  }
  const std::size_t month = kMonths.find(text.substr(8, 3));
  std::array<std::optional<int>, 5> numbers = {to_number(text.substr(5, 2)),
                                               to_number(text.substr(12, 4)),
                                               to_number(text.substr(17, 2)),
                                               to_number(text.substr(20, 2)),
                                               to_number(text.substr(23, 2))};
  if (month == std::string_view::npos || month % 3 != 0 ||
      !std::ranges::all_of(numbers, [](const auto& number) { return number.has_value(); })) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(*numbers[1]),
                                         std::chrono::month(static_cast<unsigned>(month / 3 + 1)),
                                         std::chrono::day(static_cast<unsigned>(*numbers[0]))};
  if (!date.ok() || *numbers[1] > 2200) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date) + std::chrono::hours(*numbers[2]) +
         std::chrono::minutes(*numbers[3]) + std::chrono::seconds(*numbers[4]);
}

// Returns the milliseconds of one unit as Go's time.Duration prints it, 0 for none of them.
double unit_milliseconds(std::string_view unit) {
  if (unit == "ns") {
    return 1e-6;
  }
  if (unit == "µs" || unit == "us") {
    return 1e-3;
  }
  if (unit == "ms") {
    return 1;
  }
  if (unit == "s") {
    return 1e3;
  }
  if (unit == "m") {
    return 60e3;
  }
  return unit == "h" ? 3600e3 : 0;
}

// "344.541µs", "1.5s", "1m2s"; what follows the last unit does not count.
std::optional<milliseconds> from_go_duration(std::string_view text) {
  double total = 0;
  bool any = false;
  while (!text.empty()) {
    double value = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc() || value < 0) {
      break;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const std::size_t length =
        std::min(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz\xC2\xB5"), text.size());
    const double unit = unit_milliseconds(text.substr(0, length));
    if (unit == 0) {
      break;
    }
    total += value * unit;
    any = true;
    text.remove_prefix(length);
  }
  if (!any) {
    return std::nullopt;
  }
  const auto most = static_cast<double>(kLongest.count());
  return milliseconds(static_cast<std::int64_t>(std::min(total, most) + 0.999));
}

std::optional<milliseconds> from_body(const HttpResponse& response) {
  static constexpr std::string_view kMark = "retry-after:";
  const std::size_t mark = response.body.find(kMark);
  if (response.status != 429 || mark == std::string::npos) {
    return std::nullopt;
  }
  std::string_view text = std::string_view(response.body).substr(mark + kMark.size(), 64);
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return from_go_duration(text);
}

}  // namespace

std::optional<milliseconds> asked_pause(const HttpResponse& response,
                                        system_clock::time_point now) {
  const std::optional<std::string> header = response.header("retry-after");
  if (!header) {
    return from_body(response);
  }
  if (const auto seconds = from_seconds(*header)) {
    return seconds;
  }
  if (const auto date = from_date(*header)) {
    const auto pause = std::chrono::ceil<milliseconds>(*date - now);
    return std::clamp(pause, milliseconds{0}, kLongest);
  }
  return std::nullopt;
}

}  // namespace buildcache::sys
