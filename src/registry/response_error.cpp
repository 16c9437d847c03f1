#include "registry/response_error.hpp"

#include "core/text.hpp"

#include <nlohmann/json.hpp>

namespace buildcache::registry {

namespace {

using nlohmann::json;

constexpr std::size_t kBodyLimit = 64U << 10U;
constexpr std::size_t kWordsLimit = 200;

json parsed_body(const sys::HttpResponse& response) {
  return response.body.size() > kBodyLimit ? json() : json::parse(response.body, nullptr, false);
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const json* errors_of(const json& body) {
  const auto errors = body.is_object() ? body.find("errors") : body.end();
  return errors != body.end() && errors->is_array() && !errors->empty() ? &*errors : nullptr;
}

}  // namespace

std::string own_words(const sys::HttpResponse& response) {
  const json body = parsed_body(response);
  std::string words;
  if (const json* errors = errors_of(body)) {
    const std::string code = text_of(errors->front(), "code");
    const std::string message = text_of(errors->front(), "message");
    words = code + (code.empty() || message.empty() ? "" : ": ") + message;
  }
  // Token services and proxies have words of their own.
  for (const char* key : {"details", "error_description", "message", "error"}) {
    words = words.empty() ? text_of(body, key) : words;
  }
  return core::shortened(core::printable(words), kWordsLimit);
}

bool has_error_code(const sys::HttpResponse& response, std::string_view code) {
  const json body = parsed_body(response);
  const json* errors = errors_of(body);
  return errors != nullptr &&
         std::any_of(errors->begin(), errors->end(), [code](const json& error) {
           return text_of(error, "code") == code;
         });
}

core::Error response_error(const sys::HttpResponse& response,
                           std::string_view host,
                           std::string_view doing) {
  const std::string words = own_words(response);
  std::string message = std::string(doing) + ": " + std::string(host) + " answered " +
                        std::to_string(response.status) + (words.empty() ? "" : ": ") + words;
  return {sys::kind_of_status(response.status), std::move(message), std::nullopt, {}};
}

}  // namespace buildcache::registry
