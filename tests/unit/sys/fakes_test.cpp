// That the fakes of tests/support are strict; what must fail is marked so.
#include "support/fake_clock.hpp"
#include "support/memory_files.hpp"
#include "support/scripted_http.hpp"
#include "support/scripted_process.hpp"

#include <doctest/doctest.h>

using namespace buildcache;
using namespace buildcache::support;
using namespace std::chrono_literals;

namespace {

sys::HttpRequest get(std::string url) {
  sys::HttpRequest request;
  request.url = std::move(url);
  return request;
}

sys::Command command(std::vector<std::string> argv) {
  sys::Command result;
  result.argv = std::move(argv);
  return result;
}

}  // namespace

TEST_CASE("fakes: an unexpected request fails the test" * doctest::should_fail()) {
  ScriptedHttp http;
  CHECK(http.send(get("http://a/")).error().kind == core::ErrorKind::internal);
}

TEST_CASE("fakes: a request that does not come fails the test" * doctest::should_fail()) {
  ScriptedHttp http;
  http.expect("GET", "http://a/");
}

TEST_CASE("fakes: a request that comes too often fails the test" * doctest::should_fail()) {
  ScriptedHttp http;
  http.expect("GET", "http://a/");
  REQUIRE(http.send(get("http://a/")));
  CHECK_FALSE(http.send(get("http://a/")));
}

TEST_CASE("fakes: a request without its header fails the test" * doctest::should_fail()) {
  ScriptedHttp http;
  http.expect("GET", "http://a/").with_header("Accept", "x");
  CHECK_FALSE(http.send(get("http://a/")));
}

TEST_CASE("fakes: a request with a forbidden header fails the test" * doctest::should_fail()) {
  ScriptedHttp http;
  http.expect("GET", "http://a/").without_header("authorization");
  sys::HttpRequest request = get("http://a/");
  request.headers = {{"Authorization", "x"}};
  CHECK_FALSE(http.send(request));
}

TEST_CASE("fakes: expected requests get their answers in any order") {
  ScriptedHttp http;
  http.expect("GET", "http://a/").with_header("accept", "x").responds(201, "one", {{"n", "v"}});
  http.expect("GET", "http://b/").fails(core::ErrorKind::unavailable);
  CHECK_FALSE(http.send(get("http://b/")));
  sys::HttpRequest request = get("http://a/");
  request.headers = {{"Accept", "x"}};
  const auto response = http.send(request);
  REQUIRE(response);
  CHECK(response->status == 201);
  CHECK(response->header("n") == "v");
  CHECK(http.requests().size() == 2);
}

TEST_CASE("fakes: an unexpected command fails the test" * doctest::should_fail()) {
  ScriptedProcess process;
  process.expect({"docker", "info"});
  REQUIRE(process.run(command({"docker", "info"})));
  CHECK_FALSE(process.run(command({"docker", "version"})));
}

TEST_CASE("fakes: a command that is not run fails the test" * doctest::should_fail()) {
  ScriptedProcess process;
  process.expect({"docker", "info"});
}

TEST_CASE("fakes: a command with a variable it must not have fails the test" *
          doctest::should_fail()) {
  ScriptedProcess process;
  process.expect({"docker"}).without_environment("TOKEN");
  sys::Command secret = command({"docker"});
  secret.environment = {{"TOKEN", "x"}};
  CHECK_FALSE(process.run(secret));
}

TEST_CASE("fakes: a played command prints where its caller listens") {
  ScriptedProcess process;
  process.expect({"docker", "info"}).exits(3, "out", "err").times(2);
  const auto captured = process.run(command({"docker", "info"}));
  REQUIRE(captured);
  CHECK(captured->code == 3);
  CHECK(captured->out == "out");
  std::string heard;
  sys::RunOptions options;
  options.on_output = [&heard](sys::Stream, std::string_view text) { heard += text; };
  CHECK(process.run(command({"docker", "info"}), options)->out.empty());
  CHECK(heard == "outerr");
}

TEST_CASE("fakes: an announced failure that is not met fails the test" * doctest::should_fail()) {
  MemoryFiles files;
  files.fail_next("/a", core::ErrorKind::forbidden);
}

TEST_CASE("fakes: files in memory behave as those on disk") {
  MemoryFiles files;
  CHECK(files.write("/a/b", "x", 0600).error().kind == core::ErrorKind::not_found);
  REQUIRE(files.make_directories("/a/c", 0755));
  REQUIRE(files.write("/a/b", "x", 0600));
  REQUIRE(files.append("/a/b", "y"));
  CHECK(files.read("/a/./b", 10) == "xy");
  CHECK(files.mode("/a/b") == 0600U);
  CHECK(files.read("/a/b", 1).error().kind == core::ErrorKind::bad_response);
  REQUIRE(files.make_symlink("b", "/a/link"));
  REQUIRE(files.write("/a/link", "z", 0644));
  CHECK(files.content("/a/b") == "z");
  CHECK(files.list("/a") == std::vector<std::string>{"b", "c", "link"});
  files.fail_next("/a/b", core::ErrorKind::forbidden);
  CHECK(files.read("/a/b", 10).error().kind == core::ErrorKind::forbidden);
  REQUIRE(files.remove_all("/a"));
  CHECK_FALSE(files.exists("/a/c"));
  REQUIRE(files.write("relative", "r", 0644));
  CHECK(files.files() == std::vector<std::string>{"relative"});
}

TEST_CASE("fakes: time passes by sleeping alone") {
  FakeClock clock;
  const auto start = clock.steady();
  const auto wall = clock.now();
  clock.sleep_for(5s, {});
  CHECK(clock.steady() - start == 5s);
  CHECK(clock.now() - wall == 5s);
  CHECK(clock.sleeps() == std::vector<std::chrono::milliseconds>{5000ms});
}
