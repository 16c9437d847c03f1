// Any bytes as a WWW-Authenticate header: what is read keeps within its bounds, and a realm that is
// accepted for a public registry is https and not inward.
#include "registry/auth_challenge.hpp"
#include "registry/url_rules.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace buildcache;

void require(bool condition) {
  if (!condition) {
    std::abort();
  }
}

void check(const registry::Challenge& challenge) {
  require(!challenge.scheme.empty());
  require(challenge.token68.empty() || challenge.parameters.empty());
  require(challenge.parameters.size() <= 32);
  static const sys::Url kRegistry = sys::parse_url("https://registry.example").value();
  const auto realm = registry::realm_url(kRegistry, challenge.parameter("realm"));
  if (realm) {
    require(realm->scheme == "https");
    require(realm->host == kRegistry.host || !registry::is_inward_host(realm->host));
    // What is sent is what was checked.
    const auto again = sys::parse_url(realm->str());
    require(again.has_value() && again->origin() == realm->origin());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto challenges =
      registry::parse_challenges(std::string_view(reinterpret_cast<const char*>(data), size));
  if (challenges) {
    require(challenges->size() <= 16);
    for (const auto& challenge : *challenges) {
      check(challenge);
    }
  }
  return 0;
}
