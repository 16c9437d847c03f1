// The OCI distribution API over HTTP.
#pragma once

#include "registry/authorized_http.hpp"
#include "registry/client.hpp"
#include "registry/credentials.hpp"
#include "sys/clock.hpp"
#include "sys/http.hpp"

#include <functional>
#include <string>

namespace buildcache::registry {

// Returns where the API of a registry host is. `host` is one of image references.
sys::Url api_url(const std::string& host, bool plain_http);

// Speaks https; plain http only to loopback hosts and where the configuration asks for it.
// docker.io is reached at registry-1.docker.io. Follows redirects of GET and HEAD itself, without
// credentials once another origin is reached. Thread-safe.
class HttpClient final : public Client {
 public:
  using TlsOf = std::function<sys::TlsOptions(const std::string& host)>;

  // The references must outlive this object. `tls_of` gives a host's certificates (host_tls.hpp)
  // and may be empty: the system's alone.
  HttpClient(sys::HttpTransport& http,
             const Credentials& credentials,
             sys::Clock& clock,
             TlsOf tls_of = {});

  core::Result<std::optional<Head>> head_manifest(const core::Repository& repository,
                                                  const std::string& reference,
                                                  const Limits& limits) override;
  core::Result<Manifest> get_manifest(const core::Repository& repository,
                                      const std::string& reference,
                                      const Limits& limits) override;
  core::Result<core::Digest> put_manifest(const core::Repository& repository,
                                          const std::string& tag,
                                          const Manifest& manifest,
                                          const Limits& limits) override;
  core::Result<std::string> get_blob(const core::Repository& repository,
                                     const core::Digest& digest,
                                     std::size_t max_bytes,
                                     const Limits& limits) override;
  core::Result<bool> has_blob(const core::Repository& repository,
                              const core::Digest& digest,
                              const Limits& limits) override;
  core::Result<void> put_blob(const core::Repository& repository,
                              const core::Digest& digest,
                              std::string_view bytes,
                              const Limits& limits) override;
  core::Result<std::vector<std::string>> list_tags(const core::Repository& repository,
                                                   std::size_t max_tags,
                                                   const Limits& limits) override;
  core::Result<bool> delete_tag(const core::Repository& repository,
                                const std::string& tag,
                                const Limits& limits) override;
  core::Result<bool> delete_manifest(const core::Repository& repository,
                                     const core::Digest& digest,
                                     const Limits& limits) override;

 private:
  struct Call {
    std::string method;
    std::string target;  // below /v2/<repository>/, or a whole path with query
    std::string actions;
    std::vector<sys::Header> headers;
    sys::Body body;
    std::size_t max_body;
    std::string doing;        // for errors: "read manifest ghcr.io/acme/cache:x"
    bool repeatable = false;  // does no harm when it is sent twice, whatever its method
  };

  core::Result<bool> remove(const core::Repository& repository,
                            const std::string& reference,
                            const Limits& limits);
  core::Result<sys::HttpResponse> send(const core::Repository& repository,
                                       const Call& call,
                                       const Deadline& deadline);
  // To another origin: without credentials.
  core::Result<sys::HttpResponse> send_away(const sys::Url& url,
                                            const Call& call,
                                            const Deadline& deadline);
  core::Result<sys::HttpResponse> follow(sys::HttpResponse response,
                                         sys::HttpRequest request,
                                         const Access& access,
                                         const Deadline& deadline);
  [[nodiscard]] Access access_to(const core::Repository& repository, std::string actions) const;
  // Where an upload is to be sent: at the registry's origin, or elsewhere and then without
  // credentials. nullopt: the registry has the blob already.
  core::Result<std::optional<sys::Url>> begin_upload(const core::Repository& repository,
                                                     const std::string& doing,
                                                     const Deadline& deadline);
  core::Result<void> upload(const core::Repository& repository,
                            const core::Digest& digest,
                            std::string_view bytes,
                            const Deadline& deadline);
  core::Result<std::optional<Head>> head_by_get(const core::Repository& repository,
                                                const std::string& reference,
                                                const Deadline& deadline);

  sys::HttpTransport* http_;
  const Credentials* credentials_;
  sys::Clock* clock_;
  TlsOf tls_of_;
  AuthorizedHttp authorized_;
};

}  // namespace buildcache::registry
