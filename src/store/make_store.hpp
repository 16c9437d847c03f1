// The store that knows all kinds of locations.
#pragma once

#include "registry/client.hpp"
#include "store/store.hpp"
#include "sys/clock.hpp"
#include "sys/files.hpp"

#include <memory>
#include <stop_token>

namespace buildcache::store {

// Returns a store that hands each ref to the adapter of its location's kind: a fallback list may
// name caches in registries beside those of a local store. The references must outlive it; `stop`
// ends publishing early.
std::unique_ptr<Store> make_store(registry::Client& client,
                                  sys::Files& files,
                                  sys::Clock& clock,
                                  std::stop_token stop);

}  // namespace buildcache::store
