#include "plan/store_support.hpp"

namespace buildcache::plan {

using config::StoreKind;

bool can_import(StoreKind store, const docker::Capabilities& capabilities) {
  switch (store) {
    case StoreKind::gha:
      return capabilities.gha;
    case StoreKind::registry:
    case StoreKind::local:
      break;
  }
  return true;
}

bool can_export(StoreKind store, const docker::Capabilities& capabilities) {
  switch (store) {
    case StoreKind::registry:
      break;
    case StoreKind::local:
      return capabilities.local_export;
    case StoreKind::gha:
      return capabilities.gha;
  }
  return capabilities.registry_export;
}

std::string support_remedy(StoreKind store, const docker::Capabilities& capabilities) {
  if (!capabilities.why_no_export.empty()) {
    return capabilities.why_no_export;
  }
  return store == StoreKind::gha ? "use Docker 28 or newer, or a builder made with "
                                   "`docker buildx create --use`"
                                 : std::string();
}

}  // namespace buildcache::plan
