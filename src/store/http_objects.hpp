// Objects that are read, written and removed at URLs of their own, each request signed.
#pragma once

#include "store/object_store.hpp"
#include "sys/http.hpp"

#include <functional>
#include <string>

namespace buildcache::store {

// How a service wants to be spoken to.
struct ObjectDialect {
  std::string service;  // for people: "Azure Blob Storage"
  std::function<std::string(const CacheRef&)> url;
  // Adds what proves who asks, last of all. Errors: unauthorized (no credentials, and the remedy).
  std::function<core::Result<void>(sys::HttpRequest&, const CacheRef&)> sign;
  std::vector<sys::Header> write_headers;  // of PUT requests
};

class HttpObjects final : public ManifestObjects {
 public:
  // `http` must outlive this object.
  HttpObjects(sys::HttpTransport& http, ObjectDialect dialect)
      : http_(&http), dialect_(std::move(dialect)) {}

  core::Result<bool> exists(const CacheRef& ref, const registry::Limits& limits) override;
  core::Result<std::string> read(const CacheRef& ref, const registry::Limits& limits) override;
  core::Result<void> write(const CacheRef& ref,
                           std::string_view bytes,
                           const registry::Limits& limits) override;
  core::Result<void> clear(const CacheRef& ref, const registry::Limits& limits) override;

 private:
  // Errors: those of the transport and of signing; any status is an answer.
  core::Result<sys::HttpResponse> send(const std::string& method,
                                       const CacheRef& ref,
                                       std::string body,
                                       const registry::Limits& limits);
  [[nodiscard]] core::Error refusal(const sys::HttpResponse& response,
                                    std::string_view doing) const;

  sys::HttpTransport* http_;
  ObjectDialect dialect_;
};

}  // namespace buildcache::store
