// The environment variables of this process, read once in main.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace buildcache::sys {

class Environment {
 public:
  Environment() = default;
  explicit Environment(std::map<std::string, std::string> variables)
      : variables_(std::move(variables)) {}

  // Returns the value, empty when unset. Few callers need to tell unset from empty; they use has().
  [[nodiscard]] std::string get(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] const std::map<std::string, std::string>& all() const { return variables_; }

 private:
  std::map<std::string, std::string> variables_;
};

}  // namespace buildcache::sys
