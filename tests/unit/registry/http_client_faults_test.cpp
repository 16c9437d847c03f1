// What a client says of registries that misbehave, over real sockets.
#include "sys/retrying_http.hpp"
#include "unit/registry/loopback_client.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <thread>

using namespace buildcache;
using namespace std::chrono_literals;
using core::ErrorKind;
using registry::LoopbackClient;
using registry::with_fault;

namespace {

constexpr const char* kManifest = R"({"schemaVersion":2,"layers":[]})";

ErrorKind head_error(LoopbackClient& c) {
  const auto head = c.client.head_manifest(c.repository, "t", c.limits);
  REQUIRE(!head.has_value());
  return head.error().kind;
}

std::chrono::milliseconds duration_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               start);
}

}  // namespace

TEST_CASE("faults: 401, 403, 404, 429 and 500 are told apart") {
  for (const auto& [status, kind] : {std::pair("401", ErrorKind::unauthorized),
                                     std::pair("403", ErrorKind::forbidden),
                                     std::pair("429", ErrorKind::unavailable),
                                     std::pair("500", ErrorKind::unavailable)}) {
    LoopbackClient c(with_fault(status));
    CHECK(head_error(c) == kind);
    const auto read = c.client.get_manifest(c.repository, "t", c.limits);
    CHECK(read.error().kind == kind);
    CHECK(read.error().message.find(status) != std::string::npos);
    CHECK(read.error().message.find(c.fake.host()) != std::string::npos);
  }
  LoopbackClient c(with_fault("404"));
  CHECK(!c.client.head_manifest(c.repository, "t", c.limits)->has_value());
}

TEST_CASE("faults: a refusal carries the registry's own words") {
  LoopbackClient c(with_fault("403"));
  const auto read = c.client.get_manifest(c.repository, "t", c.limits);
  CHECK(read.error().message.find("DENIED: requested access to the resource is denied") !=
        std::string::npos);
}

TEST_CASE("faults: other bytes than announced are no manifest and no blob") {
  LoopbackClient c(with_fault("wrong-digest"));
  c.fake.put_manifest("acme/cache", "t", kManifest);
  const core::Digest blob = c.fake.put_blob("content");
  CHECK(c.client.get_manifest(c.repository, "t", c.limits).error().kind == ErrorKind::bad_response);
  CHECK(c.client.get_blob(c.repository, blob, 100, c.limits).error().kind ==
        ErrorKind::bad_response);
}

TEST_CASE("faults: a blob beyond the limit is refused") {
  LoopbackClient c;
  const core::Digest small = c.fake.put_blob(std::string(1000, 'x'));
  const core::Digest large = c.fake.put_blob(std::string(200'000, 'x'));
  CHECK(c.client.get_blob(c.repository, small, 1000, c.limits).has_value());
  CHECK(!c.client.get_blob(c.repository, small, 999, c.limits).has_value());
  CHECK(!c.client.get_blob(c.repository, large, 1000, c.limits).has_value());
}

TEST_CASE("faults: a broken tag list is bad_response") {
  for (const char* fault : {"truncated", "wrong-json"}) {
    LoopbackClient c(with_fault(fault));
    CHECK(c.client.list_tags(c.repository, 10, c.limits).error().kind == ErrorKind::bad_response);
  }
}

TEST_CASE("faults: a broken token answer is bad_response") {
  for (const char* fault : {"truncated", "wrong-json"}) {
    auto options = with_fault(fault, "token");
    options.auth = support::FakeRegistryOptions::Auth::bearer;
    LoopbackClient c(options);
    CHECK(head_error(c) == ErrorKind::bad_response);
  }
}

TEST_CASE("faults: a connection reset in the middle of a body is no manifest") {
  LoopbackClient c(with_fault("reset"));
  c.fake.put_manifest("acme/cache", "t", kManifest);
  const auto kind = c.client.get_manifest(c.repository, "t", c.limits).error().kind;
  CHECK((kind == ErrorKind::unavailable || kind == ErrorKind::bad_response));
}

TEST_CASE("faults: nobody listening is unavailable") {
  LoopbackClient c;
  const core::Repository nowhere{"127.0.0.1:1", "acme/cache"};
  CHECK(c.client.head_manifest(nowhere, "t", c.limits).error().kind == ErrorKind::unavailable);
}

TEST_CASE("faults: a hanging or trickling registry is timed_out within the deadline") {
  for (const char* fault : {"hang", "trickle"}) {
    LoopbackClient c(with_fault(fault));
    c.fake.put_manifest("acme/cache", "t", kManifest);
    c.limits.timeout = 300ms;
    const auto took = duration_of([&c] { CHECK(head_error(c) == ErrorKind::timed_out); });
    CHECK(took >= 250ms);
    CHECK(took < 1500ms);
  }
}

TEST_CASE("faults: retries keep within the same deadline") {
  for (const char* fault : {"hang", "500", "429"}) {
    auto options = with_fault(fault);
    options.retry_after = "3600";
    LoopbackClient c(options);
    sys::RetryingHttp retrying(c.http, c.clock, [] { return 0.5; });
    registry::HttpClient client(retrying, c.credentials, c.clock);
    const registry::Limits limits{400ms, {}};
    const auto took =
        duration_of([&] { CHECK(!client.head_manifest(c.repository, "t", limits).has_value()); });
    CHECK_MESSAGE(took < 1500ms, fault);
  }
}

TEST_CASE("faults: a hanging token service is timed_out within the same deadline") {
  auto options = with_fault("hang", "token");
  options.auth = support::FakeRegistryOptions::Auth::bearer;
  LoopbackClient c(options);
  c.limits.timeout = 300ms;
  const auto took = duration_of([&c] { CHECK(head_error(c) == ErrorKind::timed_out); });
  CHECK(took < 1500ms);
}

TEST_CASE("faults: a stop request ends a hanging call at once") {
  LoopbackClient c(with_fault("hang"));
  std::stop_source stop;
  c.limits.stop = stop.get_token();
  c.limits.timeout = 20s;
  std::jthread stopper([&stop] {
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
  });
  const auto took = duration_of([&c] { CHECK(head_error(c) == ErrorKind::cancelled); });
  CHECK(took < 5s);
}
