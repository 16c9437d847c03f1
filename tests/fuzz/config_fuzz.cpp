// Any bytes: parsing ends, its errors have positions, and no secret of the environment gets out.
#include "config/load.hpp"
#include "config/placeholders.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using buildcache::config::Loaded;

constexpr std::size_t kMaxInput = 16'384;  // bytes; larger ones only cost time
constexpr std::string_view kSecret = "s3cr3t-of-the-environment";

const buildcache::sys::Environment& environment() {
  static const buildcache::sys::Environment kEnvironment(
      {{"TOKEN", std::string(kSecret)}, {"A", "a{sha}$"}, {"EMPTY", ""}});
  return kEnvironment;
}

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void check_errors(const Loaded& loaded) {
  int line = 0;
  for (const auto& error : loaded.errors) {
    require(error.kind == buildcache::core::ErrorKind::config);
    require(error.position.has_value() && error.position->line >= line);
    require(error.message.find(kSecret) == std::string::npos);
    require(error.hint.find(kSecret) == std::string::npos);
    line = error.position->line;
  }
}

void check_config(const Loaded& loaded) {
  require(!loaded.config.targets.empty());
  for (const auto& target : loaded.config.targets) {
    require(!target.name.empty());
    for (const auto& tag : target.tags) {
      require(!tag.empty());
      buildcache::config::fill_placeholders(tag, [](std::string_view) { return "x"; });
    }
  }
  require(loaded.config.cache.write.at(buildcache::config::TrustLevel::fork).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kMaxInput) {
    return 0;
  }
  const std::string text(data, data + size);
  const Loaded loaded =
      buildcache::config::parse(text, ".buildcache.yml", "/src/shop", environment());
  check_errors(loaded);
  if (loaded.errors.empty()) {
    check_config(loaded);
  }
  return 0;
}
