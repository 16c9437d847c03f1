// One --cache-from or --cache-to value of buildx: a cache backend type with its attributes.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buildcache::core {

struct CacheSpec {
  std::string type;                                             // registry, local, …
  std::vector<std::pair<std::string, std::string>> attributes;  // in the order they are printed

  // Returns "type=registry,ref=…" with fields quoted as buildx reads them (one CSV record,
  // buildx util/buildflags/cache.go).
  [[nodiscard]] std::string str() const;

  // Returns the attribute's value, empty when it is not set.
  [[nodiscard]] std::string_view get(std::string_view key) const;

  bool operator==(const CacheSpec&) const = default;
};

}  // namespace buildcache::core
