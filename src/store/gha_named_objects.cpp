#include "store/gha_named_objects.hpp"

namespace buildcache::store {

namespace {

using core::ErrorKind;
using core::Result;

constexpr std::string_view kRemoved = "removed";

std::string series_of(const std::string& object) {
  return "buildcache-" + object + "-";
}

}  // namespace

Result<bool> GhaNamedObjects::exists(const Location& /*location*/,
                                     const std::string& object,
                                     const registry::Limits& limits) {
  const auto entry = entries_.find(series_of(object), limits);
  return entry ? Result<bool>(!entry->key.empty()) : tl::unexpected(entry.error());
}

Result<std::string> GhaNamedObjects::read(const Location& /*location*/,
                                          const std::string& object,
                                          std::size_t most,
                                          const registry::Limits& limits) {
  const auto entry = entries_.find(series_of(object), limits);
  auto bytes = entry && !entry->key.empty() ? entries_.fetch(*entry, most, limits)
                                            : Result<std::string>(kRemoved);
  if (!entry || !bytes) {
    return tl::unexpected(entry ? bytes.error() : entry.error());
  }
  if (*bytes == kRemoved) {
    return core::fail(ErrorKind::not_found, "GitHub's cache service has no " + object);
  }
  return bytes;
}

Result<void> GhaNamedObjects::write(const Location& /*location*/,
                                    const std::string& object,
                                    const ObjectContent& content,
                                    const registry::Limits& limits) {
  return entries_.append(series_of(object), content.bytes, limits);
}

Result<void> GhaNamedObjects::remove(const Location& /*location*/,
                                     const std::string& object,
                                     const registry::Limits& limits) {
  return entries_.append(series_of(object), kRemoved, limits);
}

}  // namespace buildcache::store
