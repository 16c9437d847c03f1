#include "config/forms.hpp"
#include "config/keys.hpp"

#include <map>

namespace buildcache::config {
namespace {

// Suggests the platform that a bare architecture means.
std::string platform_hint(const std::string& text) {
  static const std::map<std::string, std::string> kArchitectures{{"386", "386"},
                                                                 {"aarch64", "arm64"},
                                                                 {"amd64", "amd64"},
                                                                 {"arm", "arm"},
                                                                 {"arm64", "arm64"},
                                                                 {"armv7", "arm/v7"},
                                                                 {"ppc64le", "ppc64le"},
                                                                 {"riscv64", "riscv64"},
                                                                 {"s390x", "s390x"},
                                                                 {"x86-64", "amd64"},
                                                                 {"x86_64", "amd64"}};
  const auto known = kArchitectures.find(text);
  return known == kArchitectures.end() ? "" : "write linux/" + known->second;
}

}  // namespace

Type<std::string> platform_type() {
  const TextRule rule{"a platform such as linux/amd64 or linux/arm/v7"};
  const auto any = text(rule);
  return {any.shape, [any, rule](const Value& value, std::string& out) {
            std::string filled;
            any.read(value, filled);
            if (!filled.empty() && !is_platform(filled)) {
              value.unexpected(rule.what, platform_hint(value.text()));
              return;
            }
            out = filled;
          }};
}

}  // namespace buildcache::config
