// What the adapters of stores work with.
#pragma once

#include "aws/keys.hpp"
#include "registry/client.hpp"
#include "sys/clock.hpp"
#include "sys/environment.hpp"
#include "sys/files.hpp"
#include "sys/http.hpp"

#include <optional>
#include <stop_token>

namespace buildcache::store {

// All references outlive the stores made of them.
struct Services {
  registry::Client& client;
  sys::HttpTransport& http;  // with retries and limits
  sys::Files& files;
  sys::Clock& clock;
  const sys::Environment& environment;  // where credentials of cache services are found
  const std::optional<aws::Keys>& aws_keys;
  std::stop_token stop;  // ends publishing early
};

}  // namespace buildcache::store
