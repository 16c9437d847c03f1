#include "plan/store_support.hpp"

namespace buildcache::plan {

using config::StoreKind;

bool can_import(StoreKind store, const docker::Capabilities& capabilities) {
  switch (store) {
    case StoreKind::gha:
      return capabilities.gha;
    case StoreKind::s3:
    case StoreKind::azblob:
      return capabilities.object_stores;
    case StoreKind::registry:
    case StoreKind::in_image:
    case StoreKind::local:
      break;
  }
  return true;
}

bool can_export(StoreKind store, const docker::Capabilities& capabilities) {
  switch (store) {
    case StoreKind::registry:
      break;
    case StoreKind::in_image:
      return true;  // with any image store
    case StoreKind::local:
      return capabilities.local_export;
    case StoreKind::gha:
    case StoreKind::s3:
    case StoreKind::azblob:
      return can_import(store, capabilities);
  }
  return capabilities.registry_export;
}

std::string support_remedy(StoreKind store, const docker::Capabilities& capabilities) {
  if (store == StoreKind::s3 || store == StoreKind::azblob) {
    return "the Docker engine's own builder has no such caches: make another with `docker buildx "
           "create --use`";
  }
  if (!capabilities.why_no_export.empty()) {
    return capabilities.why_no_export;
  }
  return store == StoreKind::gha ? "use Docker 28 or newer, or a builder made with "
                                   "`docker buildx create --use`"
                                 : std::string();
}

}  // namespace buildcache::plan
