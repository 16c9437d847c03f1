// Entries of GitHub's cache service (second version), in numbered series: an entry is written once.
#pragma once

#include "core/result.hpp"
#include "registry/client.hpp"
#include "store/gha_session.hpp"
#include "sys/http.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buildcache::store {

// The entries of series S for a git ref are "S<ref>#<n>": <ref> are eight hexadecimal digits for
// the ref, and each write takes the next n (tonistiigi/go-actions-cache, SaveMutable). They cannot
// be removed with a job's token; the service drops those nobody read for a week.
//
// Thread-safe. Errors of all: unauthorized (also when there is no session), forbidden, unavailable,
// timed_out, bad_response, cancelled.
class GhaEntries {
 public:
  struct Entry {
    std::string key;  // empty: there is none
    std::string url;  // where its bytes are, for minutes; a secret
  };

  // `http` must outlive this object.
  GhaEntries(sys::HttpTransport& http, core::Result<GhaSession> session)
      : http_(&http), session_(std::move(session)) {}

  // Returns the newest entry of the series of the first of the refs the token may read that has
  // one.
  [[nodiscard]] core::Result<Entry> find(const std::string& series,
                                         const registry::Limits& limits) const;

  // Returns an entry's bytes. Errors also: bad_response (more than `most` bytes).
  [[nodiscard]] core::Result<std::string> fetch(const Entry& entry,
                                                std::size_t most,
                                                const registry::Limits& limits) const;

  // Makes `bytes` the newest entry of the series of the ref the token writes for, whole or not at
  // all.
  [[nodiscard]] core::Result<void> append(const std::string& series,
                                          std::string_view bytes,
                                          const registry::Limits& limits) const;

 private:
  [[nodiscard]] core::Result<Entry> find_of(const std::vector<std::string>& refs,
                                            const std::string& series,
                                            const registry::Limits& limits) const;
  [[nodiscard]] core::Result<std::string> call(std::string_view method,
                                               std::string body,
                                               const registry::Limits& limits) const;
  [[nodiscard]] core::Result<void> upload(const std::string& url,
                                          std::string_view bytes,
                                          const registry::Limits& limits) const;

  sys::HttpTransport* http_;
  core::Result<GhaSession> session_;
};

}  // namespace buildcache::store
