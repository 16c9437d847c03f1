#include "commands/direct_route.hpp"

#include "commands/wire.hpp"
#include "core/registry_host.hpp"
#include "docker/stored_login.hpp"
#include "sys/ca_bundle.hpp"

#include <algorithm>

namespace buildcache::commands {

namespace {

constexpr std::size_t kMostCertificates = 16U << 20U;

bool is_registry(const store::Location* place) {
  return place != nullptr &&
         (place->kind == config::StoreKind::registry || place->kind == config::StoreKind::in_image);
}

}  // namespace

std::optional<DirectAccess> DirectRoute::open(const std::vector<const store::Location*>& places,
                                              mounts::AgentRequest& request) const {
  const auto first = std::ranges::find_if(places, is_registry);
  if (closed_ || first == places.end()) {
    return std::nullopt;
  }
  const std::string& host = (*first)->repository.host;
  request.host = host;
  request.plain_http = (*first)->plain_http || credentials_.plain_http(host);
  auto access = access_to(**first, request.plain_http);
  if (!access) {
    request.host.clear();
    return std::nullopt;
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (is_registry(places[i]) && places[i]->repository.host == host) {
      request.mounts[i].repository = places[i]->repository.path;
    }
  }
  return access;
}

std::optional<DirectAccess> DirectRoute::access_to(const store::Location& place,
                                                   bool plain_http) const {
  DirectAccess access{"{}", {}};
  const std::string host = core::canonical_host(place.repository.host);
  if (const auto found = credentials_.find({host, place.repository.path, "pull,push"})) {
    const auto login =
        docker::with_login("{}", {host, found->username, found->password, found->identity_token});
    if (!login) {
      return std::nullopt;
    }
    access.login = *login;
  }
  if (!plain_http) {
    const auto certificates = certificates_for(place.repository.host);
    if (!certificates) {
      return std::nullopt;
    }
    access.certificates = *certificates;
  }
  return access;
}

std::optional<std::string> DirectRoute::certificates_for(const std::string& host) const {
  const sys::TlsOptions options = certificates_of(seams_.files, host);
  if (options.insecure || !options.client_cert_file.empty()) {
    return std::nullopt;
  }
  const auto anchors = sys::CaBundle(seams_.environment).anchors(options.ca_file);
  if (anchors && anchors->content) {
    return *anchors->content;
  }
  if (!anchors || anchors->file.empty()) {
    return std::nullopt;
  }
  const auto text = seams_.files.read(anchors->file, kMostCertificates);
  return text ? std::optional(*text) : std::nullopt;
}

}  // namespace buildcache::commands
