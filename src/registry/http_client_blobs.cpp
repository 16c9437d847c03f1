// The calls of HttpClient that carry blobs.
#include "core/text.hpp"
#include "registry/http_calls.hpp"
#include "registry/http_client.hpp"
#include "registry/response_error.hpp"
#include "registry/url_rules.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace buildcache::registry {

namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr int kUploads = 3;
constexpr std::chrono::milliseconds kPause{500};

std::string blob_target(const core::Digest& digest) {
  return "blobs/" + digest.str();
}

// After these a new upload may succeed: the network, a busy server, an upload it has forgotten.
bool may_pass_later(const core::Error& error) {
  return error.kind == ErrorKind::unavailable || error.kind == ErrorKind::not_found;
}

core::Error upload_error(const sys::HttpResponse& response,
                         const std::string& host,
                         const std::string& doing,
                         std::size_t size) {
  core::Error error = response_error(response, host, doing);
  if (response.status == 413) {
    error.kind = ErrorKind::bad_response;
    error.message += "; it is " + core::human_size(size) + " large";
    error.hint = "a proxy before the registry may limit how large a request may be";
  }
  return error;
}

}  // namespace

Result<std::string> HttpClient::get_blob(const core::Repository& repository,
                                         const core::Digest& digest,
                                         std::size_t max_bytes,
                                         const Limits& limits) {
  const Call call{"GET",
                  blob_target(digest),
                  "pull",
                  {},
                  "",
                  std::max(max_bytes, kErrorLimit),
                  doing("read blob", repository, digest.str())};
  auto response = send(repository, call, Deadline(*clock_, limits));
  if (!response) {
    return tl::unexpected(response.error());
  }
  if (response->status != 200) {
    return tl::unexpected(response_error(*response, repository.host, call.doing));
  }
  if (response->body.size() > max_bytes) {
    return fail(ErrorKind::bad_response, call.doing + ": it is larger than allowed");
  }
  if (!digest.matches(response->body)) {
    return fail(ErrorKind::bad_response, call.doing + ": the bytes have another digest");
  }
  return std::move(response->body);
}

Result<bool> HttpClient::has_blob(const core::Repository& repository,
                                  const core::Digest& digest,
                                  const Limits& limits) {
  const Call call{"HEAD",
                  blob_target(digest),
                  "pull",
                  {},
                  "",
                  kErrorLimit,
                  doing("look for blob", repository, digest.str())};
  auto response = send(repository, call, Deadline(*clock_, limits));
  if (!response) {
    return tl::unexpected(response.error());
  }
  if (response->status == 404) {
    return false;
  }
  return response->status == 200
             ? Result<bool>(true)
             : tl::unexpected(response_error(*response, repository.host, call.doing));
}

Result<void> HttpClient::put_blob(const core::Repository& repository,
                                  const core::Digest& digest,
                                  std::string_view bytes,
                                  const Limits& limits) {
  const Deadline deadline(*clock_, limits);
  for (int attempt = 1;; ++attempt) {
    auto done = upload(repository, digest, bytes, deadline);
    if (done || !may_pass_later(done.error()) || attempt == kUploads || deadline.left() <= kPause) {
      return done;
    }
    clock_->sleep_for(kPause, deadline.stop());
    const auto there = has_blob(repository, digest, {deadline.left(), deadline.stop()});
    if (there && *there) {
      return {};  // its answer alone was lost
    }
  }
}

Result<std::optional<sys::Url>> HttpClient::begin_upload(const core::Repository& repository,
                                                         const std::string& doing,
                                                         const Deadline& deadline) {
  Call call{"POST", "blobs/uploads/", "pull,push", {}, "", kErrorLimit, doing};
  call.repeatable = true;  // an upload that nobody goes on with is forgotten
  const auto response = send(repository, call, deadline);
  if (!response) {
    return tl::unexpected(response.error());
  }
  if (response->status == 201) {
    return std::nullopt;
  }
  if (response->status != 202) {
    return tl::unexpected(response_error(*response, repository.host, doing));
  }
  const sys::Url registry = access_to(repository, call.actions).registry;
  auto location = redirect_url(registry, registry, response->header("location").value_or(""));
  return location ? Result<std::optional<sys::Url>>(*std::move(location))
                  : tl::unexpected(core::while_doing(location.error(), doing));
}

Result<void> HttpClient::upload(const core::Repository& repository,
                                const core::Digest& digest,
                                std::string_view bytes,
                                const Deadline& deadline) {
  const std::string what = doing("write blob", repository, digest.str());
  auto location = begin_upload(repository, what, deadline);
  if (!location || !*location) {
    return location ? Result<void>() : tl::unexpected(location.error());
  }
  sys::Url& url = **location;
  url.query += (url.query.empty() ? "" : "&") + ("digest=" + digest.str());
  const bool home = url.origin() == access_to(repository, "").registry.origin();
  Call call{"PUT",
            url.path + "?" + url.query,
            "pull,push",
            {{"Content-Type", "application/octet-stream"}},
            sys::Body::borrowed(bytes),
            kErrorLimit,
            what};
  call.repeatable = true;  // the same bytes at the same place
  const auto response = home ? send(repository, call, deadline) : send_away(url, call, deadline);
  if (!response) {
    return tl::unexpected(response.error());
  }
  if (!is_success(response->status)) {
    return tl::unexpected(upload_error(*response, repository.host, what, bytes.size()));
  }
  return {};
}

Result<sys::HttpResponse> HttpClient::send_away(const sys::Url& url,
                                                const Call& call,
                                                const Deadline& deadline) {
  sys::HttpRequest request;
  request.method = call.method;
  request.url = url.str();
  request.headers = call.headers;
  request.body = call.body;
  request.max_body = call.max_body;
  request.repeatable = call.repeatable;
  request.tls = tls_of_ ? tls_of_(url.host) : sys::TlsOptions{};
  request.timeout = std::max(deadline.left(), std::chrono::milliseconds(1));
  request.deadline = request.timeout;
  request.stop = deadline.stop();
  auto response = http_->send(request);
  return response ? std::move(response)
                  : tl::unexpected(core::while_doing(response.error(), call.doing));
}

}  // namespace buildcache::registry
