#include "report/version_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace buildcache::report {

std::string version_json(std::string_view version,
                         const std::map<std::string, std::string>& libraries) {
  nlohmann::json all = {{"nlohmann-json",
                         fmt::format("{}.{}.{}",
                                     NLOHMANN_JSON_VERSION_MAJOR,
                                     NLOHMANN_JSON_VERSION_MINOR,
                                     NLOHMANN_JSON_VERSION_PATCH)}};
  for (const auto& [name, number] : libraries) {
    if (!number.empty()) {
      all[name] = number;
    }
  }
  return nlohmann::ordered_json{{"version", version}, {"libraries", all}}.dump(2) + "\n";
}

}  // namespace buildcache::report
