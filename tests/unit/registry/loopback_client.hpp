// A client over real sockets to a fake registry.
#pragma once

#include "registry/credentials.hpp"
#include "registry/http_client.hpp"
#include "support/fake_registry.hpp"
#include "support/memory_files.hpp"
#include "sys/curl_http.hpp"
#include "sys/system_clock.hpp"

#include <chrono>
#include <string>

namespace buildcache::registry {

struct LoopbackClient {
  explicit LoopbackClient(
      support::FakeRegistryOptions options = {},
      std::vector<config::RegistryLogin> (*logins)(const std::string&) = nullptr)
      : fake(std::move(options)),
        repository{fake.host(), "acme/cache"},
        credentials(*Credentials::load(
            files,
            sys::Environment(),
            logins != nullptr ? logins(fake.host()) : std::vector<config::RegistryLogin>())) {}

  support::MemoryFiles files;
  support::FakeRegistry fake;
  core::Repository repository;
  sys::SystemClock clock;
  sys::CurlHttp http{sys::Environment()};
  Credentials credentials;
  HttpClient client{http, credentials, clock};
  Limits limits{std::chrono::milliseconds(2000), {}};
};

inline std::vector<config::RegistryLogin> user_login(const std::string& host) {
  config::RegistryLogin login;
  login.host = host;
  login.username = "user";
  login.password = core::Secret("pass,word");
  return {login};
}

inline support::FakeRegistryOptions with_fault(const std::string& fault,
                                               const std::string& on = "all") {
  support::FakeRegistryOptions options;
  options.fault = fault;
  options.fault_on = on;
  return options;
}

}  // namespace buildcache::registry
