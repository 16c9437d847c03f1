#include "core/registry_host.hpp"

#include <algorithm>

namespace buildcache::core {

std::string canonical_host(std::string_view key) {
  const std::size_t scheme = key.find("://");
  if (scheme != std::string_view::npos) {
    key.remove_prefix(scheme + 3);
  }
  std::string host(key.substr(0, key.find('/')));
  std::ranges::transform(host, host.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const bool hub = host == "index.docker.io" || host == "registry-1.docker.io" ||
                   host == "registry.hub.docker.com";
  return hub ? "docker.io" : host;
}

std::string docker_key(std::string_view host) {
  std::string canonical = canonical_host(host);
  return canonical == "docker.io" ? "https://index.docker.io/v1/" : canonical;
}

}  // namespace buildcache::core
