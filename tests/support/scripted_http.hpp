// A transport that knows beforehand what will be asked, and answers from a script.
#pragma once

#include "sys/http.hpp"

#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buildcache::support {

// One expected request and its answer. Without any answer set it is 200 with an empty body.
class ScriptedExchange {
 public:
  using Answer = std::function<core::Result<sys::HttpResponse>(const sys::HttpRequest&)>;

  ScriptedExchange(std::string method, std::string url)
      : method_(std::move(method)), url_(std::move(url)) {}

  // Conditions: a request that breaks one fails the test. Header names in any case.
  ScriptedExchange& with_header(std::string name, std::string value);
  ScriptedExchange& without_header(std::string name);
  ScriptedExchange& with_body(std::string body);

  // Answers. Header names in lower case.
  ScriptedExchange& responds(int status,
                             std::string body = {},
                             std::vector<sys::Header> headers = {});
  ScriptedExchange& fails(core::ErrorKind kind, std::string message = "scripted failure");
  ScriptedExchange& answers(Answer answer);

  // How often the same request is expected; 1 unless told.
  ScriptedExchange& times(int count);

 private:
  friend class ScriptedHttp;
  [[nodiscard]] std::string problem_with(const sys::HttpRequest& request) const;

  std::string method_;
  std::string url_;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers_;  // null: must be absent
  std::optional<std::string> body_;
  Answer answer_;
  int left_ = 1;
};

// Strict: a request nobody expects fails the running test, and so does an expected one that has not
// come when this object is destroyed. The first expectation left with the same method and URL
// answers, so the order counts among equal requests only (concurrent ones have none). Thread-safe
// in send().
class ScriptedHttp final : public sys::HttpTransport {
 public:
  ScriptedHttp() = default;
  ScriptedHttp(const ScriptedHttp&) = delete;  // expectations are met once
  ScriptedHttp& operator=(const ScriptedHttp&) = delete;
  ~ScriptedHttp() override;

  // The reference stays valid as long as this object.
  ScriptedExchange& expect(std::string method, std::string url);

  core::Result<sys::HttpResponse> send(const sys::HttpRequest& request) override;

  // Returns all requests so far, in the order they came.
  [[nodiscard]] std::vector<sys::HttpRequest> requests() const;

 private:
  mutable std::mutex mutex_;
  std::deque<ScriptedExchange> script_;
  std::vector<sys::HttpRequest> requests_;
};

}  // namespace buildcache::support
