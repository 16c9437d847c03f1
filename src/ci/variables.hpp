// Reading variables that a CI platform sets: bounded text from outside.
#pragma once

#include "core/error.hpp"
#include "sys/environment.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace buildcache::ci {

// The first fault is kept in error(); reads after it go on and may return empty values.
class Variables {
 public:
  // `environment` must outlive this object.
  explicit Variables(const sys::Environment& environment) : environment_(&environment) {}

  // Returns the value, empty when it is not set. Faults: longer than kNameLimit, holds NUL.
  std::string text(std::string_view name);
  // As text(), but a variable that is not set is a fault too.
  std::string required_text(std::string_view name);
  // Returns a commit id; empty when it is not set or all zeros, which stand for no commit.
  // Faults: anything else.
  std::string commit(std::string_view name);
  // Returns a positive number as decimal digits, empty when it is not set. Faults: anything else.
  std::string number(std::string_view name);

  [[nodiscard]] bool has(std::string_view name) const { return !environment_->get(name).empty(); }
  [[nodiscard]] bool is_true(std::string_view name) const {
    return environment_->get(name) == "true";
  }

  // Kind: facts. The message names the variable, never its value.
  [[nodiscard]] const std::optional<core::Error>& error() const { return error_; }

 private:
  void fault(std::string message);

  const sys::Environment* environment_;
  std::optional<core::Error> error_;
};

}  // namespace buildcache::ci
