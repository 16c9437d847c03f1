#include "store/gha_objects.hpp"

#include <utility>

namespace buildcache::store {

namespace {

using core::ErrorKind;
using core::Result;

constexpr std::size_t kManifestLimit = 16U << 20U;

std::string series_of(const std::string& tag) {
  return "index-" + tag + "-1-";
}

}  // namespace

Result<bool> GhaObjects::exists(const CacheRef& ref, const registry::Limits& limits) {
  const auto entry = find(ref.tag, limits);
  return entry ? Result<bool>(!entry->key.empty()) : tl::unexpected(entry.error());
}

Result<std::string> GhaObjects::read(const CacheRef& ref, const registry::Limits& limits) {
  const auto entry = find(ref.tag, limits);
  if (!entry) {
    return tl::unexpected(entry.error());
  }
  if (entry->key.empty()) {
    return core::fail(ErrorKind::not_found, "GitHub's cache service has no such cache");
  }
  return entries_.fetch(*entry, kManifestLimit, limits);
}

Result<void> GhaObjects::write(const CacheRef& ref,
                               std::string_view bytes,
                               const registry::Limits& limits) {
  return entries_.append(series_of(ref.tag), bytes, limits);
}

Result<void> GhaObjects::clear(const CacheRef& ref, const registry::Limits& limits) {
  const auto entry = entries_.find(series_of(ref.tag), limits);
  if (!entry) {
    return tl::unexpected(entry.error());
  }
  const std::lock_guard lock(mutex_);
  cleared_[ref.tag] = entry->key;
  return {};
}

Result<GhaEntries::Entry> GhaObjects::find(const std::string& tag, const registry::Limits& limits) {
  auto entry = entries_.find(series_of(tag), limits);
  const std::lock_guard lock(mutex_);
  const auto cleared = cleared_.find(tag);
  if (entry && cleared != cleared_.end() && cleared->second == entry->key) {
    return GhaEntries::Entry{};
  }
  return entry;
}

}  // namespace buildcache::store
