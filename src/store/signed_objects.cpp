#include "store/signed_objects.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <utility>

namespace buildcache::store {

namespace {

using core::Result;

constexpr std::size_t kWordsRoom = 64U << 10U;
constexpr std::size_t kWordsLimit = 200;

// Both services name what is wrong in XML, Azure also in a header, which HEAD has as well.
std::string own_words(const sys::HttpResponse& response) {
  if (const auto code = response.header("x-ms-error-code")) {
    return core::shortened(core::printable(*code), kWordsLimit);
  }
  const std::size_t begin = response.body.find("<Code>");
  const std::size_t end = response.body.find("</Code>");
  if (begin == std::string::npos || end == std::string::npos || end < begin) {
    return {};
  }
  return core::shortened(core::printable(response.body.substr(begin + 6, end - begin - 6)),
                         kWordsLimit);
}

bool is_good(const sys::HttpResponse& response) {
  return response.status >= 200 && response.status < 300;
}

}  // namespace

Result<bool> SignedObjects::exists(const Location& location,
                                   const std::string& object,
                                   const registry::Limits& limits) {
  sys::HttpRequest request;
  request.method = "HEAD";
  const auto response = send(std::move(request), location, object, limits);
  if (!response) {
    return tl::unexpected(response.error());
  }
  if (is_good(*response)) {
    return true;
  }
  return response->status == 404 ? Result<bool>(false)
                                 : tl::unexpected(refusal(*response, "look for a cache"));
}

Result<std::string> SignedObjects::read(const Location& location,
                                        const std::string& object,
                                        std::size_t most,
                                        const registry::Limits& limits) {
  sys::HttpRequest request;
  request.max_body = std::max(most, kWordsRoom);
  auto response = send(std::move(request), location, object, limits);
  if (!response) {
    return tl::unexpected(response.error());
  }
  return response->status == 200 ? Result<std::string>(std::move(response->body))
                                 : tl::unexpected(refusal(*response, "read a cache"));
}

Result<void> SignedObjects::write(const Location& location,
                                  const std::string& object,
                                  const ObjectContent& content,
                                  const registry::Limits& limits) {
  sys::HttpRequest request;
  request.method = "PUT";
  request.headers = dialect_.write_headers;
  request.headers.emplace_back("Content-Type", content.media_type);
  request.body = sys::Body::borrowed(content.bytes);
  request.repeatable = true;  // an object is replaced whole
  const auto response = send(std::move(request), location, object, limits);
  if (!response) {
    return tl::unexpected(response.error());
  }
  return is_good(*response) ? Result<void>() : tl::unexpected(refusal(*response, "write a cache"));
}

Result<void> SignedObjects::remove(const Location& location,
                                   const std::string& object,
                                   const registry::Limits& limits) {
  sys::HttpRequest request;
  request.method = "DELETE";
  const auto response = send(std::move(request), location, object, limits);
  if (!response) {
    return tl::unexpected(response.error());
  }
  const bool gone = is_good(*response) || response->status == 404;
  return gone ? Result<void>() : tl::unexpected(refusal(*response, "remove a cache"));
}

Result<sys::HttpResponse> SignedObjects::send(sys::HttpRequest request,
                                              const Location& location,
                                              const std::string& object,
                                              const registry::Limits& limits) const {
  request.url = dialect_.url(location, object);
  request.timeout = limits.timeout;
  request.deadline = limits.timeout;
  request.stop = limits.stop;
  if (auto ready = dialect_.sign(request, location); !ready) {
    return tl::unexpected(ready.error());
  }
  return http_->send(request);
}

core::Error SignedObjects::refusal(const sys::HttpResponse& response,
                                   std::string_view doing) const {
  const std::string words = own_words(response);
  return {sys::kind_of_status(response.status),
          std::string(doing) + ": " + dialect_.service + " answered " +
              std::to_string(response.status) + (words.empty() ? "" : " ") + words,
          std::nullopt,
          {}};
}

}  // namespace buildcache::store
