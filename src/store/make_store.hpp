// The store that knows all kinds of locations.
#pragma once

#include "store/services.hpp"
#include "store/store.hpp"

#include <memory>

namespace buildcache::store {

// Returns a store that hands each ref to the adapter of its location's kind: a fallback list may
// name caches in registries beside those of another store.
std::unique_ptr<Store> make_store(const Services& services);

}  // namespace buildcache::store
