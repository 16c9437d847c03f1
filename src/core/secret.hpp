// A string that must not reach argv, logs, outputs or plans.
#pragma once

#include <string>
#include <utility>

namespace buildcache::core {

// Has no stream operator and no implicit conversion, so that printing one does not compile.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  // Returns the secret itself, for the one place that sends it to its host.
  [[nodiscard]] const std::string& reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

}  // namespace buildcache::core
