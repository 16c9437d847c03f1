// Objects that are read, written and removed at URLs of their own, each request signed.
#pragma once

#include "store/objects.hpp"
#include "sys/http.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buildcache::store {

// How a service wants to be spoken to.
struct ObjectDialect {
  std::string service;  // for people: "Azure Blob Storage"
  // The URL of an object below the location: "manifests/app--b-main".
  std::function<std::string(const Location&, const std::string& object)> url;
  // Adds what proves who asks, last of all. Errors: unauthorized (no credentials, and the remedy).
  std::function<core::Result<void>(sys::HttpRequest&, const Location&)> sign;
  std::vector<sys::Header> write_headers = {};  // of PUT requests
};

class SignedObjects final : public Objects {
 public:
  // `http` must outlive it.
  SignedObjects(sys::HttpTransport& http, ObjectDialect dialect)
      : http_(&http), dialect_(std::move(dialect)) {}

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
  // Errors: those of the transport and of signing; any status is an answer.
  [[nodiscard]] core::Result<sys::HttpResponse> send(sys::HttpRequest request,
                                                     const Location& location,
                                                     const std::string& object,
                                                     const registry::Limits& limits) const;
  [[nodiscard]] core::Error refusal(const sys::HttpResponse& response,
                                    std::string_view doing) const;

  sys::HttpTransport* http_;
  ObjectDialect dialect_;
};

}  // namespace buildcache::store
