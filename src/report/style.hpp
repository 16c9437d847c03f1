// ANSI colours, or nothing.
#pragma once

#include <string>
#include <string_view>

namespace buildcache::report {

class Style {
 public:
  explicit Style(bool colour) : colour_(colour) {}

  [[nodiscard]] std::string bold(std::string_view text) const { return wrap("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return wrap("2", text); }
  [[nodiscard]] std::string good(std::string_view text) const { return wrap("32", text); }
  [[nodiscard]] std::string caution(std::string_view text) const { return wrap("33", text); }
  [[nodiscard]] std::string bad(std::string_view text) const { return wrap("31", text); }

 private:
  [[nodiscard]] std::string wrap(std::string_view code, std::string_view text) const {
    return colour_ ? "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m"
                   : std::string(text);
  }
  bool colour_;
};

}  // namespace buildcache::report
