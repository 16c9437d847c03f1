// The store that knows all kinds of locations.
#pragma once

#include "aws/keys.hpp"
#include "registry/client.hpp"
#include "store/store.hpp"
#include "sys/clock.hpp"
#include "sys/environment.hpp"
#include "sys/files.hpp"
#include "sys/http.hpp"

#include <memory>
#include <optional>
#include <stop_token>

namespace buildcache::store {

// What the adapters work with; all references outlive the store.
struct Services {
  registry::Client& client;
  sys::HttpTransport& http;  // with retries and limits
  sys::Files& files;
  sys::Clock& clock;
  const sys::Environment& environment;  // where credentials of cache services are found
  const std::optional<aws::Keys>& aws_keys;
  std::stop_token stop;  // ends publishing early
};

// Returns a store that hands each ref to the adapter of its location's kind: a fallback list may
// name caches in registries beside those of another store.
std::unique_ptr<Store> make_store(const Services& services);

}  // namespace buildcache::store
