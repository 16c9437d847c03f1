#include "store/http_objects.hpp"

namespace buildcache::store {

namespace {

using core::Result;

constexpr std::size_t kManifestLimit = 16U << 20U;

std::string object_of(const CacheRef& ref) {
  return "manifests/" + ref.tag;
}

}  // namespace

Result<bool> HttpObjects::exists(const CacheRef& ref, const registry::Limits& limits) {
  return objects_->exists(ref.location, object_of(ref), limits);
}

Result<std::string> HttpObjects::read(const CacheRef& ref, const registry::Limits& limits) {
  return objects_->read(ref.location, object_of(ref), kManifestLimit, limits);
}

Result<void> HttpObjects::write(const CacheRef& ref,
                                std::string_view bytes,
                                const registry::Limits& limits) {
  return objects_->write(ref.location, object_of(ref), {bytes, "application/json"}, limits);
}

Result<void> HttpObjects::clear(const CacheRef& ref, const registry::Limits& limits) {
  return objects_->remove(ref.location, object_of(ref), limits);
}

}  // namespace buildcache::store
