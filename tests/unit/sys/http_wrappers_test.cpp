#include "support/fake_clock.hpp"
#include "support/scripted_http.hpp"
#include "sys/limiting_http.hpp"
#include "sys/parallel.hpp"
#include "sys/retry_after.hpp"
#include "sys/retrying_http.hpp"
#include "sys/tracing_http.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace buildcache::sys;
using namespace buildcache::support;
using namespace std::chrono_literals;
using buildcache::core::ErrorKind;
using std::chrono::milliseconds;

namespace {

const std::string kUrl = "https://registry.test/v2/";

HttpRequest request(std::string method = "GET") {
  HttpRequest result;
  result.method = std::move(method);
  result.url = kUrl;
  return result;
}

double largest() {
  return 1.0;
}

std::optional<milliseconds> pause_of(int status, std::string body, std::vector<Header> headers) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  response.headers = std::move(headers);
  const auto now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 6) + 8h + 49min + 37s;
  return asked_pause(response, now);
}

}  // namespace

TEST_CASE("retry: what may pass is tried again, with growing pauses") {
  ScriptedHttp http;
  FakeClock clock;
  http.expect("GET", kUrl).responds(503);
  http.expect("GET", kUrl).fails(ErrorKind::unavailable);
  http.expect("GET", kUrl).fails(ErrorKind::timed_out);
  http.expect("GET", kUrl).responds(200, "ok");
  RetryingHttp retrying(http, clock, largest);
  const auto response = retrying.send(request());
  REQUIRE(response);
  CHECK(response->body == "ok");
  CHECK(clock.sleeps() == std::vector<milliseconds>{250ms, 500ms, 1000ms});
  CHECK(http.requests()[3].attempt == 4);
}

TEST_CASE("retry: the last answer or error comes back when attempts run out") {
  ScriptedHttp http;
  FakeClock clock;
  RetryPolicy policy;
  policy.attempts = 2;
  RetryingHttp retrying(http, clock, largest, policy);
  http.expect("HEAD", kUrl).responds(500).times(2);
  CHECK(retrying.send(request("HEAD"))->status == 500);
  http.expect("GET", kUrl).fails(ErrorKind::unavailable, "refused").times(2);
  CHECK(retrying.send(request()).error().message == "refused");
}

TEST_CASE("retry: requests that change something are sent once") {
  ScriptedHttp http;
  FakeClock clock;
  RetryingHttp retrying(http, clock, largest);
  for (const char* method : {"PUT", "POST", "PATCH", "DELETE"}) {
    http.expect(method, kUrl).responds(503);
    CHECK(retrying.send(request(method))->status == 503);
  }
}

TEST_CASE("retry: answers and errors that stay are not tried again") {
  ScriptedHttp http;
  FakeClock clock;
  RetryingHttp retrying(http, clock, largest);
  for (const int status : {200, 301, 400, 401, 403, 404, 501, 505}) {
    http.expect("GET", kUrl).responds(status);
    CHECK(retrying.send(request())->status == status);
  }
  for (const ErrorKind kind : {ErrorKind::bad_response, ErrorKind::cancelled}) {
    http.expect("GET", kUrl).fails(kind);
    CHECK(retrying.send(request()).error().kind == kind);
  }
  CHECK(clock.sleeps().empty());
}

TEST_CASE("retry: the pause a server asks for is kept") {
  ScriptedHttp http;
  FakeClock clock;
  RetryingHttp retrying(http, clock, [] { return 0.0; });
  http.expect("GET", kUrl).responds(429, "", {{"retry-after", "3"}});
  http.expect("GET", kUrl).responds(200);
  CHECK(retrying.send(request())->status == 200);
  CHECK(clock.sleeps() == std::vector<milliseconds>{3000ms});
}

TEST_CASE("retry: a server that asks for too long a pause gets no further attempt") {
  ScriptedHttp http;
  FakeClock clock;
  RetryingHttp retrying(http, clock, largest);
  http.expect("GET", kUrl).responds(429, "", {{"retry-after", "86400"}});
  CHECK(retrying.send(request())->status == 429);
  CHECK(clock.sleeps().empty());
}

TEST_CASE("retry: the deadline holds for attempts and pauses together") {
  ScriptedHttp http;
  FakeClock clock;
  RetryPolicy policy;
  policy.deadline = 10s;
  policy.attempts = 100;
  RetryingHttp retrying(http, clock, largest, policy);
  http.expect("GET", kUrl).times(2).answers([&clock](const HttpRequest& sent) {
    clock.advance(sent.timeout);
    return buildcache::core::fail(ErrorKind::timed_out, "slow");
  });
  HttpRequest slow = request();
  slow.timeout = 6s;
  CHECK(retrying.send(slow).error().message == "slow");
  CHECK(http.requests()[0].timeout == 6s);
  CHECK(http.requests()[1].timeout == 3750ms);
}

TEST_CASE("retry: a request with a longer deadline of its own may take it, once") {
  ScriptedHttp http;
  FakeClock clock;
  RetryPolicy policy;
  policy.deadline = 10s;
  RetryingHttp retrying(http, clock, largest, policy);
  http.expect("GET", kUrl).answers([&clock](const HttpRequest&) {
    clock.advance(20s);
    return buildcache::core::fail(ErrorKind::timed_out, "slow");
  });
  HttpRequest slow = request();
  slow.timeout = slow.deadline = 300s;
  CHECK(retrying.send(slow).error().message == "slow");
  CHECK(http.requests()[0].timeout == 300s);
}

TEST_CASE("retry: a stop request between attempts ends them") {
  ScriptedHttp http;
  FakeClock clock;
  std::stop_source stop;
  RetryingHttp retrying(http, clock, largest);
  http.expect("GET", kUrl).answers([&stop](const HttpRequest&) {
    stop.request_stop();
    return buildcache::core::fail(ErrorKind::unavailable, "x");
  });
  HttpRequest stoppable = request();
  stoppable.stop = stop.get_token();
  CHECK(retrying.send(stoppable).error().kind == ErrorKind::cancelled);
}

TEST_CASE("retry after: seconds and dates are understood") {
  CHECK(pause_of(503, "", {{"retry-after", "120"}}) == 120s);
  CHECK(pause_of(503, "", {{"retry-after", "0"}}) == 0s);
  CHECK(pause_of(429, "", {{"retry-after", "99999999999999999999"}}) == 24h);
  CHECK(pause_of(429, "", {{"retry-after", "Fri, 06 Nov 2026 08:50:07 GMT"}}) == 30s);
  CHECK(pause_of(429, "", {{"retry-after", "Fri, 06 Nov 2020 08:50:07 GMT"}}) == 0s);
}

TEST_CASE("retry after: rubbish asks for nothing") {
  for (const char* text : {"",
                           "-1",
                           "1.5",
                           "soon",
                           "Fri, 66 Nov 2026 08:50:07 GMT",
                           "1 ",
                           "Fri, 06 Abc 2026 08:50:07 GMT",
                           "Fri, 06 Nov 2026 0x:50:07 GMT",
                           "Fri, 06 nFe 2026 08:50:07 GMT",
                           "Fri, 06 Nov 9999 08:50:07 GMT"}) {
    CAPTURE(text);
    CHECK_FALSE(pause_of(429, "", {{"retry-after", text}}));
  }
  CHECK_FALSE(pause_of(429, "", {}));
}

TEST_CASE("retry after: the form that stands in a body is understood") {
  const auto body = [](const std::string& duration) {
    return R"({"errors":[{"message":"retry-after: )" + duration + R"(, allowed: 44000/minute"}]})";
  };
  CHECK(pause_of(429, body("344.541µs"), {}) == 1ms);
  CHECK(pause_of(429, body("1.5s"), {}) == 1500ms);
  CHECK(pause_of(429, body("1m2s"), {}) == 62s);
  CHECK(pause_of(429, body("250ms"), {}) == 250ms);
  CHECK(pause_of(429, body("99999999h"), {}) == 24h);
  CHECK_FALSE(pause_of(429, body("5 parsecs"), {}));
  CHECK_FALSE(pause_of(429, body("inf"), {}));
  CHECK_FALSE(pause_of(429, "retry-after:", {}));
  CHECK_FALSE(pause_of(200, body("1s"), {}));
}

TEST_CASE("trace: it tells method, address, outcome and time, but no secrets") {
  ScriptedHttp http;
  FakeClock clock;
  std::vector<HttpTrace> traces;
  TracingHttp tracing(http, clock, [&traces](const HttpTrace& trace) { traces.push_back(trace); });
  HttpRequest secret;
  secret.url = kUrl + "?token=hunter2&n=5";
  secret.headers = {{"Authorization", "hunter2"}};
  secret.attempt = 2;
  http.expect("GET", secret.url).answers([&clock](const HttpRequest&) {
    clock.advance(70ms);
    HttpResponse response;
    response.status = 204;
    return response;
  });
  http.expect("GET", secret.url).fails(ErrorKind::unavailable, "refused");
  CHECK(tracing.send(secret)->status == 204);
  CHECK_FALSE(tracing.send(secret));
  REQUIRE(traces.size() == 2);
  CHECK(traces[0].method == "GET");
  CHECK(traces[0].url == kUrl + "?token=***&n=5");
  CHECK(traces[0].status == 204);
  CHECK(traces[0].duration == 70ms);
  CHECK(traces[0].attempt == 2);
  CHECK_FALSE(traces[0].failure);
  CHECK(traces[1].status == 0);
  CHECK(traces[1].failure == ErrorKind::unavailable);
  CHECK(traces[1].message == "refused");
}

namespace {

// Counts what is under way at once, and answers with a status of the test's choosing.
class CountingHttp final : public HttpTransport {
 public:
  buildcache::core::Result<HttpResponse> send(const HttpRequest& /*request*/) override {
    std::unique_lock lock(mutex_);
    most_ = std::max(most_, ++under_way_);
    changed_.notify_all();
    // Until as many have met as are expected to, so that it does not depend on who is quick.
    changed_.wait_for(lock, 10s, [this] { return most_ >= expected_; });
    lock.unlock();
    std::this_thread::sleep_for(2ms);
    lock.lock();
    --under_way_;
    HttpResponse response;
    response.status = status;
    return response;
  }

  // Sends `count` requests at once; returns how many were under way at most, of which `expected`
  // have waited for each other.
  int most_of(HttpTransport& http, std::size_t count, int expected) {
    most_ = 0;
    expected_ = expected;
    for_each_parallel(count, count, [&http](std::size_t) { CHECK(http.send(request())); });
    expected_ = 0;
    return most_;
  }

  std::atomic<int> status{200};

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int under_way_ = 0;
  int most_ = 0;
  int expected_ = 0;
};

}  // namespace

TEST_CASE("limit: no more requests than allowed are under way at a host") {
  CountingHttp counting;
  LimitingHttp limiting(counting, 4);
  CHECK(counting.most_of(limiting, 24, 4) == 4);
}

TEST_CASE("limit: one wave of 429 halves the number, good answers raise it slowly") {
  CountingHttp counting;
  LimitingHttp limiting(counting, 8);
  counting.status = 429;
  CHECK(limiting.send(request())->status == 429);
  counting.status = 404;
  CHECK(counting.most_of(limiting, 3, 3) == 3);
  counting.status = 429;
  for (int i = 0; i < 10; ++i) {
    CHECK(limiting.send(request())->status == 429);
  }
  CHECK(counting.most_of(limiting, 4, 1) == 1);
  counting.status = 200;
  for (int i = 0; i < 1 + 2 + 3; ++i) {
    CHECK(limiting.send(request()));
  }
  CHECK(counting.most_of(limiting, 4, 4) == 4);
}

TEST_CASE("limit: requests under way together are throttled once") {
  CountingHttp counting;
  LimitingHttp limiting(counting, 8);
  counting.status = 429;
  CHECK(counting.most_of(limiting, 8, 8) == 8);
  CHECK(counting.most_of(limiting, 12, 4) == 4);
}

TEST_CASE("limit: hosts do not wait for each other") {
  std::mutex mutex;
  std::condition_variable changed;
  bool release = false;
  ScriptedHttp http;
  http.expect("GET", kUrl).answers([&](const HttpRequest&) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&release] { return release; });
    return HttpResponse{};
  });
  http.expect("GET", "https://other.test/");
  LimitingHttp limiting(http, 1);
  std::jthread waiting([&limiting] { CHECK(limiting.send(request())); });
  while (http.requests().empty()) {
    std::this_thread::sleep_for(1ms);
  }
  HttpRequest other;
  other.url = "https://other.test/";
  CHECK(limiting.send(other));

  HttpRequest impatient = request();
  impatient.timeout = 20ms;
  CHECK(limiting.send(impatient).error().kind == ErrorKind::timed_out);
  std::stop_source stop;
  stop.request_stop();
  impatient.stop = stop.get_token();
  CHECK(limiting.send(impatient).error().kind == ErrorKind::cancelled);
  {
    const std::lock_guard lock(mutex);
    release = true;
  }
  changed.notify_all();
}
