#include "registry/host_tls.hpp"

#include <string_view>

namespace buildcache::registry {

sys::TlsOptions host_tls(sys::Files& files, const std::string& root, const std::string& host) {
  sys::TlsOptions options;
  // A host of an image reference holds no slash; anything else must not lead out of the folder.
  if (host.find('/') != std::string::npos || host.starts_with('.')) {
    return options;
  }
  const std::string folder = root + "/" + host;
  const auto names = files.list(folder);
  for (const std::string& name : names.value_or(std::vector<std::string>{})) {
    std::string path = folder;
    path.append("/").append(name);
    if (name.ends_with(".crt") && options.ca_file.empty()) {
      options.ca_file = path;
    }
    if (name.ends_with(".cert") && options.client_cert_file.empty()) {
      const std::string key = path.substr(0, path.size() - std::string_view("cert").size()) + "key";
      if (files.exists(key)) {
        options.client_cert_file = path;
        options.client_key_file = key;
      }
    }
  }
  return options;
}

}  // namespace buildcache::registry
