// The client as the program puts it together (curl, limits, retries), over real sockets to a server
// that each test scripts.
#pragma once

#include "registry/credentials.hpp"
#include "registry/http_client.hpp"
#include "support/loopback_server.hpp"
#include "support/memory_files.hpp"
#include "sys/curl_http.hpp"
#include "sys/limiting_http.hpp"
#include "sys/retrying_http.hpp"
#include "sys/system_clock.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace buildcache::registry {

using support::ServerReply;
using support::ServerRequest;

// Answers request number `n` (from 0) of its method and path.
using Script = std::function<ServerReply(const ServerRequest&, int n)>;

// A server that remembers who asked.
class ScriptedServer {
 public:
  explicit ScriptedServer(Script script)
      : script_(std::move(script)),
        server_([this](const ServerRequest& request) { return answer(request); }) {}

  [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(server_.port()); }
  [[nodiscard]] std::string url(const std::string& path) const { return "http://" + host() + path; }

  // Returns "METHOD target" of all requests so far.
  [[nodiscard]] std::vector<std::string> asked() {
    std::vector<std::string> lines;
    for (const ServerRequest& request : requests()) {
      lines.push_back(request.method + " " + request.target);
    }
    return lines;
  }

  [[nodiscard]] std::vector<ServerRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  ServerReply answer(const ServerRequest& request) {
    int number = 0;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      const std::string path = request.target.substr(0, request.target.find('?'));
      number = counts_[request.method + " " + path]++;
    }
    return script_(request, number);
  }

  Script script_;
  std::mutex mutex_;
  std::vector<ServerRequest> requests_;
  std::map<std::string, int> counts_;
  support::LoopbackServer server_;  // last: it uses the others
};

// Pauses as short as can be; everything else as in the program.
inline sys::RetryPolicy quick_retries() {
  sys::RetryPolicy policy;
  policy.first_wait = std::chrono::milliseconds(1);
  policy.longest_wait = std::chrono::milliseconds(2);
  return policy;
}

struct WholeClient {
  explicit WholeClient(Script script,
                       const std::vector<config::RegistryLogin>& logins = {},
                       const std::map<std::string, std::string>& variables = {})
      : server(std::move(script)),
        credentials(logins_of(logins)),
        http(environment_of(variables)) {}

  // Returns a server whose registry is not on loopback: it is asked as the proxy of all http hosts.
  // Its repository is registry.example/acme/cache, spoken to over plain http.
  static std::map<std::string, std::string> as_proxy() { return {{"http_proxy", "PROXY"}}; }

  // What an operation ended with, success or the error's kind.
  template <typename T>
  static std::string outcome(const core::Result<T>& result) {
    return result ? "ok" : std::string(core::name_of(result.error().kind));
  }

  std::string head() { return outcome(client.head_manifest(repository, "t", limits)); }
  std::string get() { return outcome(client.get_manifest(repository, "t", limits)); }
  std::string blob(const core::Digest& digest) {
    return outcome(client.get_blob(repository, digest, 1U << 20U, limits));
  }
  std::string put() {
    const std::string bytes = "{}";
    return outcome(client.put_manifest(
        repository,
        "t",
        {"application/vnd.oci.image.manifest.v1+json", bytes, core::Digest::of(bytes)},
        limits));
  }
  std::string remove() { return outcome(client.delete_tag(repository, "t", limits)); }
  std::string list() { return outcome(client.list_tags(repository, 10'000, limits)); }

  support::MemoryFiles files;
  ScriptedServer server;
  core::Repository repository{server.host(), "acme/cache"};
  sys::SystemClock clock;
  Credentials credentials;
  sys::CurlHttp http;
  sys::LimitingHttp limiting{http};
  sys::RetryingHttp retrying{limiting, clock, [] { return 0.5; }, quick_retries()};
  HttpClient client{retrying, credentials, clock};
  Limits limits{std::chrono::milliseconds(3000), {}};

 private:
  Credentials logins_of(std::vector<config::RegistryLogin> logins) {
    for (config::RegistryLogin& login : logins) {
      login.host = login.host.empty() ? server.host() : login.host;
    }
    return *Credentials::load(files, sys::Environment(), logins);
  }

  [[nodiscard]] sys::Environment environment_of(
      std::map<std::string, std::string> variables) const {
    for (auto& [name, value] : variables) {
      value = value == "PROXY" ? server.url("") : value;
    }
    return sys::Environment(std::move(variables));
  }
};

inline config::RegistryLogin login_of(const std::string& username,
                                      const std::string& password,
                                      const std::string& host = {}) {
  config::RegistryLogin login;
  login.host = host;
  login.username = username;
  login.password = core::Secret(password);
  login.plain_http = true;
  return login;
}

inline ServerReply reply(int status,
                         const std::string& body = {},
                         std::vector<std::pair<std::string, std::string>> headers = {}) {
  ServerReply made;
  made.status = status;
  made.body = body;
  made.headers = std::move(headers);
  return made;
}

inline ServerReply in_manner(ServerReply::Manner manner, ServerReply made) {
  made.manner = manner;
  return made;
}

inline constexpr const char* kSomeManifest = R"({"schemaVersion":2,"layers":[]})";

// A manifest with everything a registry should send.
inline ServerReply manifest_reply(const std::string& bytes = kSomeManifest) {
  return reply(200,
               bytes,
               {{"Content-Type", "application/vnd.oci.image.manifest.v1+json"},
                {"Docker-Content-Digest", core::Digest::of(bytes).str()}});
}

}  // namespace buildcache::registry
