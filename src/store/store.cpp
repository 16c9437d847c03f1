#include "store/store.hpp"

namespace buildcache::store {

core::Result<void> Store::prepare(const CacheRef& /*staging*/) {
  return {};
}

}  // namespace buildcache::store
