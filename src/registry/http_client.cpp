#include "registry/http_client.hpp"

#include "core/registry_host.hpp"
#include "core/text.hpp"
#include "registry/http_calls.hpp"
#include "registry/read_response.hpp"
#include "registry/response_error.hpp"
#include "registry/url_rules.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace buildcache::registry {

namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::size_t kManifestLimit = 4U << 20U;
constexpr std::size_t kTagPageLimit = 4U << 20U;
constexpr std::size_t kMostPages = 1000;
constexpr int kMostRedirects = 5;
constexpr std::string_view kPageSize = "1000";  // ECR refuses more

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// References stand in a path: nothing but a tag or a digest may get there.
bool is_reference(const std::string& reference) {
  return is_tag(reference) || core::Digest::parse(reference).has_value();
}

constexpr std::string_view kManifests = "manifests/";

std::string manifest_target(const std::string& reference) {
  return std::string(kManifests) + reference;
}

tl::unexpected<core::Error> failed(core::Error error, std::string_view doing) {
  return tl::unexpected(core::while_doing(std::move(error), doing));
}

}  // namespace

sys::Url api_url(const std::string& host, bool plain_http) {
  const std::string canonical = core::canonical_host(host);
  const std::string server = canonical == "docker.io" ? "registry-1.docker.io" : canonical;
  // A host of an image reference always is one of a URL.
  return sys::parse_url((plain_http ? "http://" : "https://") + server).value_or(sys::Url{});
}

HttpClient::HttpClient(sys::HttpTransport& http,
                       const Credentials& credentials,
                       sys::Clock& clock,
                       TlsOf tls_of)
    : http_(&http),
      credentials_(&credentials),
      clock_(&clock),
      tls_of_(std::move(tls_of)),
      authorized_(http, credentials, clock) {}

Result<std::optional<Head>> HttpClient::head_manifest(const core::Repository& repository,
                                                      const std::string& reference,
                                                      const Limits& limits) {
  const Deadline deadline(*clock_, limits);
  const Call call{"HEAD",
                  manifest_target(reference),
                  "pull",
                  {{"Accept", std::string(manifest_media_types())}},
                  "",
                  kErrorLimit,
                  doing("look for", repository, reference)};
  auto response = send(repository, call, deadline);
  if (!response) {
    return tl::unexpected(response.error());
  }
  if (response->status == 404) {
    return std::nullopt;
  }
  if (response->status == 405) {
    return head_by_get(repository, reference, deadline);
  }
  if (response->status != 200) {
    return tl::unexpected(response_error(*response, repository.host, call.doing));
  }
  return read_head(*response);
}

// For registries that do not answer HEAD.
Result<std::optional<Head>> HttpClient::head_by_get(const core::Repository& repository,
                                                    const std::string& reference,
                                                    const Deadline& deadline) {
  auto manifest = get_manifest(repository, reference, Limits{deadline.left(), deadline.stop()});
  if (manifest) {
    return Head{manifest->media_type, manifest->digest, manifest->bytes.size()};
  }
  if (manifest.error().kind == ErrorKind::not_found) {
    return std::nullopt;
  }
  return tl::unexpected(manifest.error());
}

Result<Manifest> HttpClient::get_manifest(const core::Repository& repository,
                                          const std::string& reference,
                                          const Limits& limits) {
  const Call call{"GET",
                  manifest_target(reference),
                  "pull",
                  {{"Accept", std::string(manifest_media_types())}},
                  "",
                  kManifestLimit,
                  doing("read manifest", repository, reference)};
  auto response = send(repository, call, Deadline(*clock_, limits));
  if (!response) {
    return tl::unexpected(response.error());
  }
  if (response->status != 200) {
    return tl::unexpected(response_error(*response, repository.host, call.doing));
  }
  auto manifest = read_manifest(*std::move(response), reference);
  return manifest ? manifest : failed(manifest.error(), call.doing);
}

Result<core::Digest> HttpClient::put_manifest(const core::Repository& repository,
                                              const std::string& tag,
                                              const Manifest& manifest,
                                              const Limits& limits) {
  const Call call{"PUT",
                  manifest_target(tag),
                  "pull,push",
                  {{"Content-Type", manifest.media_type}},
                  sys::Body::borrowed(manifest.bytes),
                  kErrorLimit,
                  doing("write manifest", repository, tag)};
  auto response = send(repository, call, Deadline(*clock_, limits));
  if (!response) {
    return tl::unexpected(response.error());
  }
  if (!is_success(response->status)) {
    core::Error error = response_error(*response, repository.host, call.doing);
    // Some answer 400, some 404.
    if (has_error_code(*response, "MANIFEST_BLOB_UNKNOWN")) {
      error.kind = ErrorKind::not_found;
    }
    return tl::unexpected(std::move(error));
  }
  const auto stored = read_head(*response).digest;
  if (stored && !stored->matches(manifest.bytes)) {
    return fail(ErrorKind::bad_response, call.doing + ": the registry stored other bytes");
  }
  return manifest.digest;
}

Result<std::vector<std::string>> HttpClient::list_tags(const core::Repository& repository,
                                                       std::size_t max_tags,
                                                       const Limits& limits) {
  const Deadline deadline(*clock_, limits);
  Call call{"GET",
            "tags/list?n=" + std::string(kPageSize),
            "pull",
            {},
            "",
            kTagPageLimit,
            "list the tags of " + repository.str()};
  std::vector<std::string> tags;
  std::set<std::string> seen;
  while (tags.size() < max_tags && seen.insert(call.target).second && seen.size() <= kMostPages) {
    auto response = send(repository, call, deadline);
    if (!response) {
      return tl::unexpected(response.error());
    }
    if (response->status != 200) {
      return tl::unexpected(response_error(*response, repository.host, call.doing));
    }
    auto page = read_tags(response->body);
    if (!page) {
      return failed(page.error(), call.doing);
    }
    tags.insert(tags.end(), page->begin(), page->end());
    const sys::Url registry = access_to(repository, call.actions).registry;
    auto next = next_page_url(registry, response->header("link").value_or(""));
    if (!next) {
      return failed(next.error(), call.doing);
    }
    if (!*next) {
      break;
    }
    call.target = (*next)->path + "?" + (*next)->query;
  }
  tags.resize(std::min(tags.size(), max_tags));
  return tags;
}

Result<bool> HttpClient::delete_tag(const core::Repository& repository,
                                    const std::string& tag,
                                    const Limits& limits) {
  if (!is_tag(tag)) {
    return fail(ErrorKind::internal, core::printable(tag) + " is not a tag");
  }
  return remove(repository, tag, limits);
}

Result<bool> HttpClient::delete_manifest(const core::Repository& repository,
                                         const core::Digest& digest,
                                         const Limits& limits) {
  return remove(repository, digest.str(), limits);
}

Result<bool> HttpClient::remove(const core::Repository& repository,
                                const std::string& reference,
                                const Limits& limits) {
  const Call call{"DELETE",
                  manifest_target(reference),
                  "delete",
                  {},
                  "",
                  kErrorLimit,
                  doing("delete", repository, reference)};
  auto response = send(repository, call, Deadline(*clock_, limits));
  if (!response) {
    return tl::unexpected(response.error());
  }
  const int status = response->status;
  if (status == 400 || status == 404 || status == 405 || has_error_code(*response, "UNSUPPORTED")) {
    return false;
  }
  if (!is_success(status)) {
    return tl::unexpected(response_error(*response, repository.host, call.doing));
  }
  return true;
}

Access HttpClient::access_to(const core::Repository& repository, std::string actions) const {
  return {repository.host,
          api_url(repository.host, credentials_->plain_http(repository.host)),
          repository.path,
          std::move(actions)};
}

Result<sys::HttpResponse> HttpClient::send(const core::Repository& repository,
                                           const Call& call,
                                           const Deadline& deadline) {
  if (call.target.starts_with(kManifests) && !is_reference(call.target.substr(kManifests.size()))) {
    return fail(ErrorKind::internal, call.doing + ": neither a tag nor a digest");
  }
  const Access access = access_to(repository, call.actions);
  sys::HttpRequest request;
  request.method = call.method;
  request.url =
      access.registry.scheme + "://" + access.registry.host_and_port() +
      (call.target.starts_with('/') ? call.target : "/v2/" + repository.path + "/" + call.target);
  request.headers = call.headers;
  request.body = call.body;
  request.max_body = call.max_body;
  request.repeatable = call.repeatable;
  request.tls = tls_of_ ? tls_of_(repository.host) : sys::TlsOptions{};
  auto response = authorized_.send(request, access, deadline);
  if (response && is_redirect(response->status) && call.body.empty()) {
    response = follow(*std::move(response), std::move(request), access, deadline);
  }
  if (!response) {
    return failed(response.error(), call.doing);
  }
  if (response->status == 401 && !credentials_->find(access.purpose())) {
    core::Error error = response_error(*response, repository.host, call.doing);
    const std::string trouble = credentials_->trouble(access.purpose());
    error.hint = trouble.empty() ? "there are no credentials for " + repository.host +
                                       ": name them under `registries` or run docker login"
                                 : trouble;
    return tl::unexpected(std::move(error));
  }
  return response;
}

Result<sys::HttpResponse> HttpClient::follow(sys::HttpResponse response,
                                             sys::HttpRequest request,
                                             const Access& access,
                                             const Deadline& deadline) {
  sys::Url from = sys::parse_url(request.url).value_or(access.registry);
  for (int hops = 0; is_redirect(response.status) && request.method != "DELETE"; ++hops) {
    if (hops == kMostRedirects) {
      return fail(ErrorKind::bad_response, "more than 5 redirects");
    }
    auto to = redirect_url(access.registry, from, response.header("location").value_or(""));
    if (!to) {
      return tl::unexpected(to.error());
    }
    from = *to;
    request.url = to->str();
    const bool home = to->origin() == access.registry.origin();
    request.tls = tls_of_ ? tls_of_(home ? access.host : to->host) : sys::TlsOptions{};
    request.timeout = std::max(deadline.left(), std::chrono::milliseconds(1));
    request.deadline = request.timeout;
    request.stop = deadline.stop();
    auto next = home ? authorized_.send(request, access, deadline) : http_->send(request);
    if (!next) {
      return next;
    }
    response = *std::move(next);
  }
  return response;
}

}  // namespace buildcache::registry
