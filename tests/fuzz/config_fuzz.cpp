// Any bytes: parsing ends, its errors have positions, and what they say does not depend on the
// value of a variable.
#include "config/load.hpp"
#include "config/placeholders.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using buildcache::config::Loaded;

constexpr std::size_t kMaxInput = 16'384;  // bytes; larger ones only cost time
constexpr std::string_view kSecret = "s3cr3t-first";
constexpr std::string_view kOther = "s3cr3t-other";

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

Loaded parsed(const std::string& text, std::string_view secret) {
  const buildcache::sys::Environment environment(
      {{"TOKEN", std::string(secret)}, {"A", "a{sha}$"}, {"EMPTY", ""}});
  return buildcache::config::parse(text, ".buildcache.yml", "/src/shop", environment);
}

void check_errors(const Loaded& loaded) {
  int line = 0;
  for (const auto& error : loaded.errors) {
    require(error.kind == buildcache::core::ErrorKind::config);
    require(error.position.has_value() && error.position->line >= line);
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

void check_same_errors(const Loaded& one, const Loaded& other) {
  require(one.errors.size() == other.errors.size());
  for (std::size_t i = 0; i < one.errors.size(); ++i) {
    require(describe(one.errors[i]) == describe(other.errors[i]));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kMaxInput) {
    return 0;
  }
  const std::string text(data, data + size);
  const Loaded loaded = parsed(text, kSecret);
  check_errors(loaded);
  if (loaded.errors.empty()) {
    check_config(loaded);
  }
  // Inputs that guess a value may tell it from the other, as in a repeated host.
  if (text.find("TOKEN") != std::string::npos && text.find("s3cr3t") == std::string::npos) {
    check_same_errors(loaded, parsed(text, kOther));
  }
  return 0;
}
