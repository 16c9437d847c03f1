#include "store/gha_session.hpp"

#include "unit/store/gha_token.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace buildcache;
using store::gha_token;

namespace {

const auto kNow = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));

using Variables = std::map<std::string, std::string>;

Variables given() {
  return {{"ACTIONS_RUNTIME_TOKEN", store::kMainToken},
          {"ACTIONS_RESULTS_URL", "https://results.example.com/"},
          {"ACTIONS_CACHE_SERVICE_V2", "True"}};
}

core::Result<store::GhaSession> session_of(const Variables& variables) {
  return store::read_gha_session(sys::Environment(variables), kNow);
}

core::Error error_with(const std::string& name, const std::string& value) {
  Variables variables = given();
  variables[name] = value;
  const auto session = session_of(variables);
  REQUIRE_FALSE(session.has_value());
  CHECK(session.error().kind == core::ErrorKind::unauthorized);
  CHECK_FALSE(session.error().hint.empty());
  return session.error();
}

}  // namespace

TEST_CASE("gha session: URL and rights are read from what the runner gives a step") {
  const auto session = session_of(given());
  REQUIRE(session.has_value());
  CHECK(session->url == "https://results.example.com");
  CHECK(session->token.reveal() == store::kMainToken);
  CHECK(session->readable == std::vector<std::string>{"refs/pull/7/merge", "refs/heads/main"});
  CHECK(session->writable == "refs/pull/7/merge");
}

TEST_CASE("gha session: a token that only reads writes nowhere") {
  Variables variables = given();
  variables["ACTIONS_CACHE_MODE"] = "read";
  variables["ACTIONS_RUNTIME_TOKEN"] =
      gha_token(R"([{\"Scope\":\"refs/heads/main\",\"Permission\":1}])");
  const auto session = session_of(variables);
  REQUIRE(session.has_value());
  CHECK(session->writable.empty());
}

TEST_CASE("gha session: each missing piece is named, with what to do") {
  CHECK(error_with("ACTIONS_RUNTIME_TOKEN", "").message.find("ACTIONS_RUNTIME_TOKEN is not set") !=
        std::string::npos);
  CHECK(error_with("ACTIONS_RESULTS_URL", "").message.find("ACTIONS_RESULTS_URL is not set") !=
        std::string::npos);
  CHECK(error_with("ACTIONS_RESULTS_URL", "").hint.find("composite") != std::string::npos);
  for (const char* version : {"", "false", "yes"}) {
    CHECK(error_with("ACTIONS_CACHE_SERVICE_V2", version).message.find("second version") !=
          std::string::npos);
  }
  for (const char* mode : {"none", "write-only"}) {
    CHECK(error_with("ACTIONS_CACHE_MODE", mode).message.find(mode) != std::string::npos);
  }
}

TEST_CASE("gha session: a token or URL that is none is not sent anywhere, nor quoted") {
  for (const std::string& token : {std::string("opaque"),
                                   std::string("a.b.c"),
                                   std::string("a.!!.c"),
                                   gha_token("no JSON"),
                                   gha_token(R"([7])"),
                                   gha_token(R"([{\"Scope\":7,\"Permission\":3}])"),
                                   gha_token(R"([{\"Scope\":\"r\",\"Permission\":-1}])")}) {
    const auto error = error_with("ACTIONS_RUNTIME_TOKEN", token);
    CHECK(error.message == "ACTIONS_RUNTIME_TOKEN is no token of the cache service");
  }
  CHECK(error_with("ACTIONS_RUNTIME_TOKEN", gha_token("[]", 1'600'000'000)).message ==
        "ACTIONS_RUNTIME_TOKEN has expired");
  CHECK(error_with("ACTIONS_RESULTS_URL", "http://results.example.com/").message.find("https") !=
        std::string::npos);
  CHECK(error_with("ACTIONS_RESULTS_URL", "nonsense").message.find("https") != std::string::npos);
  Variables local = given();
  local["ACTIONS_RESULTS_URL"] = "http://127.0.0.1:8080/x/";
  CHECK(session_of(local)->url == "http://127.0.0.1:8080/x");
}
