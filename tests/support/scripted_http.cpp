#include "support/scripted_http.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace buildcache::support {

namespace {

std::string lowered(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::optional<std::string> header_of(const sys::HttpRequest& request, const std::string& name) {
  for (const auto& [key, value] : request.headers) {
    if (lowered(key) == lowered(name)) {
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace

ScriptedExchange& ScriptedExchange::with_header(std::string name, std::string value) {
  headers_.emplace_back(std::move(name), std::move(value));
  return *this;
}

ScriptedExchange& ScriptedExchange::without_header(std::string name) {
  headers_.emplace_back(std::move(name), std::nullopt);
  return *this;
}

ScriptedExchange& ScriptedExchange::with_body(std::string body) {
  body_ = std::move(body);
  return *this;
}

ScriptedExchange& ScriptedExchange::responds(int status,
                                             std::string body,
                                             std::vector<sys::Header> headers) {
  sys::HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  response.headers = std::move(headers);
  response.url = url_;
  return answers([response](const sys::HttpRequest&) { return response; });
}

ScriptedExchange& ScriptedExchange::fails(core::ErrorKind kind, std::string message) {
  return answers([kind, message = std::move(message)](const sys::HttpRequest&)
                     -> core::Result<sys::HttpResponse> { return core::fail(kind, message); });
}

ScriptedExchange& ScriptedExchange::answers(Answer answer) {
  answer_ = std::move(answer);
  return *this;
}

ScriptedExchange& ScriptedExchange::times(int count) {
  left_ = count;
  return *this;
}

std::string ScriptedExchange::problem_with(const sys::HttpRequest& request) const {
  for (const auto& [name, wanted] : headers_) {
    const std::optional<std::string> found = header_of(request, name);
    if (found != wanted) {
      return "header " + name + " is " + found.value_or("absent") + " instead of " +
             wanted.value_or("absent");
    }
  }
  if (body_ && request.body.view() != *body_) {
    return "body is " + std::string(request.body.view()) + " instead of " + *body_;
  }
  return {};
}

ScriptedHttp::~ScriptedHttp() {
  for (const ScriptedExchange& exchange : script_) {
    if (exchange.left_ > 0) {
      FAIL_CHECK("expected request did not come: " << exchange.method_ << ' ' << exchange.url_);
    }
  }
}

ScriptedExchange& ScriptedHttp::expect(std::string method, std::string url) {
  const std::lock_guard lock(mutex_);
  return script_.emplace_back(std::move(method), std::move(url)).responds(200);
}

core::Result<sys::HttpResponse> ScriptedHttp::send(const sys::HttpRequest& request) {
  ScriptedExchange::Answer answer;
  std::string problem;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    // The caller's bytes may be gone when somebody looks.
    requests_.back().body = std::string(request.body.view());
    const auto found = std::ranges::find_if(script_, [&request](const ScriptedExchange& exchange) {
      return exchange.left_ > 0 && exchange.method_ == request.method &&
             exchange.url_ == request.url;
    });
    if (found == script_.end()) {
      problem = "it was not expected";
    } else {
      --found->left_;
      answer = found->answer_;
      problem = found->problem_with(request);
    }
  }
  if (!problem.empty()) {
    FAIL_CHECK("request " << request.method << ' ' << request.url << ": " << problem);
    return core::fail(core::ErrorKind::internal, "unexpected request in a test");
  }
  return answer(request);  // outside the lock: it may wait
}

std::vector<sys::HttpRequest> ScriptedHttp::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

}  // namespace buildcache::support
