#include "registry/url_rules.hpp"

#include <doctest/doctest.h>

using namespace buildcache;
using registry::is_inward_host;
using registry::next_page_url;
using registry::realm_url;
using registry::redirect_url;

namespace {

sys::Url url(std::string_view text) {
  auto parsed = sys::parse_url(text);
  REQUIRE_MESSAGE(parsed.has_value(), text);
  return *parsed;
}

}  // namespace

TEST_CASE("realm: an https token service on another public host is legitimate") {
  const auto realm = realm_url(url("https://registry-1.docker.io"), "https://auth.docker.io/token");
  REQUIRE(realm.has_value());
  CHECK(realm->str() == "https://auth.docker.io/token");
}

TEST_CASE("realm: a relative one belongs to the registry") {
  const auto realm = realm_url(url("https://reg.example:8443"), "/auth/token?x=1");
  REQUIRE(realm.has_value());
  CHECK(realm->str() == "https://reg.example:8443/auth/token?x=1");
}

TEST_CASE("realm: plain http is refused for a registry spoken to over https") {
  CHECK(!realm_url(url("https://reg.example"), "http://reg.example/token").has_value());
  CHECK(!realm_url(url("https://reg.example"), "http://auth.example/token").has_value());
}

TEST_CASE("realm: plain http is accepted on the own host of a plain http registry alone") {
  CHECK(realm_url(url("http://127.0.0.1:5000"), "http://127.0.0.1:5001/token").has_value());
  CHECK(!realm_url(url("http://127.0.0.1:5000"), "http://auth.example/token").has_value());
  CHECK(!realm_url(url("http://127.0.0.1:5000"), "http://127.0.0.2:5001/token").has_value());
}

TEST_CASE("realm: an inward address that is not the registry's own host is refused") {
  for (const char* realm : {"https://127.0.0.1/token",
                            "https://localhost/token",
                            "https://169.254.169.254/latest",
                            "https://10.1.2.3/token",
                            "https://[::1]/token",
                            "https://[fe80::1]/token",
                            "https://[::ffff:10.0.0.1]/token",
                            "https://2130706433/token",
                            "https://0x7f.1/token"}) {
    const auto refused = realm_url(url("https://reg.example"), realm);
    REQUIRE_MESSAGE(!refused.has_value(), realm);
    CHECK(refused.error().kind == core::ErrorKind::unauthorized);
  }
  CHECK(realm_url(url("https://10.1.2.3"), "https://10.1.2.3:8443/token").has_value());
}

TEST_CASE("realm: what is no URL, or one with user information, is refused") {
  for (const char* realm : {"", "ftp://auth.example/", "https://u:p@auth.example/", "https://"}) {
    CHECK_MESSAGE(!realm_url(url("https://reg.example"), realm).has_value(), realm);
  }
}

TEST_CASE("redirect: to a public host is followed, to http or inward addresses not") {
  const sys::Url registry = url("https://reg.example");
  const sys::Url from = url("https://reg.example/v2/a/blobs/x");
  CHECK(redirect_url(registry, from, "https://bucket.s3.amazonaws.com/x?sig=1").has_value());
  CHECK(redirect_url(registry, from, "/elsewhere")->str() == "https://reg.example/elsewhere");
  CHECK(!redirect_url(registry, from, "http://bucket.example/x").has_value());
  CHECK(!redirect_url(registry, from, "https://127.0.0.1/x").has_value());
  CHECK(!redirect_url(registry, from, "https://169.254.169.254/x").has_value());
}

TEST_CASE("next page: is followed at the same origin alone") {
  const sys::Url from = url("https://reg.example");
  const auto next = next_page_url(from, "</v2/a/tags/list?last=x&n=10>; rel=\"next\"");
  REQUIRE((next.has_value() && next->has_value()));
  CHECK((*next)->str() == "https://reg.example/v2/a/tags/list?last=x&n=10");
  CHECK(!next_page_url(from, "<https://other.example/v2/>; rel=\"next\"").has_value());
  CHECK(!next_page_url(from, "<http://reg.example/v2/>; rel=\"next\"").has_value());
  CHECK(!next_page_url(from, "</v2/>; rel=\"prev\"")->has_value());
  CHECK(!next_page_url(from, "")->has_value());
  CHECK(!next_page_url(from, "><")->has_value());
}

TEST_CASE("inward hosts: public names and addresses are not") {
  for (const char* host :
       {"ghcr.io", "8.8.8.8", "[2001:4860::8888]", "172.32.0.1", "0xyz.example"}) {
    CHECK_MESSAGE(!is_inward_host(host), host);
  }
  for (const char* host : {"localhost.",
                           "a.localhost",
                           "172.16.0.1",
                           "100.64.1.1",
                           "224.0.0.1",
                           "[fd00::1]",
                           "[64:ff9b::7f00:1]",
                           "0.0.0.0",
                           "[::]"}) {
    CHECK_MESSAGE(is_inward_host(host), host);
  }
}
