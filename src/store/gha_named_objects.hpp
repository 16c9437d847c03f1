// Objects of our own in GitHub's cache service, beside what BuildKit keeps there.
#pragma once

#include "store/gha_entries.hpp"
#include "store/objects.hpp"

#include <string>
#include <utility>

namespace buildcache::store {

// Object O is the series "buildcache-O-"; a job's token may remove nothing, so that an object is
// removed by a newer entry that says so, which exists() does not look at. The service drops what
// nobody read for a week, and the longest unread once a repository has 10 GB (docs.github.com,
// "Dependency caching reference").
class GhaNamedObjects final : public Objects {
 public:
  explicit GhaNamedObjects(GhaEntries entries) : entries_(std::move(entries)) {}

  core::Result<bool> exists(const Location& location,
                            const std::string& object,
                            const registry::Limits& limits) override;
  core::Result<std::string> read(const Location& location,
                                 const std::string& object,
                                 std::size_t most,
                                 const registry::Limits& limits) override;
  core::Result<void> write(const Location& location,
                           const std::string& object,
                           const ObjectContent& content,
                           const registry::Limits& limits) override;
  core::Result<void> remove(const Location& location,
                            const std::string& object,
                            const registry::Limits& limits) override;

 private:
  GhaEntries entries_;
};

}  // namespace buildcache::store
