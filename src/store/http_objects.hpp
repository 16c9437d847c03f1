// One object a cache in a service of signed objects, where BuildKit keeps it: manifests/<tag>.
#pragma once

#include "store/object_store.hpp"
#include "store/signed_objects.hpp"

#include <string>
#include <utility>

namespace buildcache::store {

class HttpObjects final : public ManifestObjects {
 public:
  explicit HttpObjects(SignedObjects objects) : objects_(std::move(objects)) {}

  core::Result<bool> exists(const CacheRef& ref, const registry::Limits& limits) override;
  core::Result<std::string> read(const CacheRef& ref, const registry::Limits& limits) override;
  core::Result<void> write(const CacheRef& ref,
                           std::string_view bytes,
                           const registry::Limits& limits) override;
  core::Result<void> clear(const CacheRef& ref, const registry::Limits& limits) override;

 private:
  SignedObjects objects_;
};

}  // namespace buildcache::store
