#include "sys/url.hpp"

#include <doctest/doctest.h>

using namespace buildcache::sys;
using buildcache::core::ErrorKind;

namespace {

std::string resolved(const std::string& base, const std::string& reference) {
  const auto from = parse_url(base);
  REQUIRE(from);
  const auto to = resolve_url(*from, reference);
  return to ? to->str() : "error";
}

}  // namespace

TEST_CASE("url: parts come out normalised") {
  const auto url = parse_url("HTTPS://GHCR.io/v2/a?n=1#x");
  REQUIRE(url);
  CHECK(url->scheme == "https");
  CHECK(url->host == "ghcr.io");
  CHECK(url->port == 443);
  CHECK(url->path == "/v2/a");
  CHECK(url->query == "n=1");
  CHECK(url->origin() == "https://ghcr.io:443");
  CHECK(url->str() == "https://ghcr.io/v2/a?n=1");
  CHECK(parse_url("http://[::1]:5000")->str() == "http://[::1]:5000/");
  CHECK(parse_url("http://a.test:80/")->host_and_port() == "a.test");
  CHECK(parse_url("http://a.test:81/")->host_and_port() == "a.test:81");
}

TEST_CASE("url: what is no plain http or https address is a bad response") {
  for (const std::string& text : std::vector<std::string>{"",
                                                          "ghcr.io/v2/",
                                                          "/v2/",
                                                          "ftp://a/",
                                                          "file:///etc/passwd",
                                                          "http://user@a/",
                                                          "http://user:hunter2@a/",
                                                          "http://",
                                                          "http://a b/",
                                                          "http://a/\r\nx",
                                                          "http://a:99999/",
                                                          "http://a/" + std::string(20000, 'x'),
                                                          std::string("http://a/\0b", 11)}) {
    CAPTURE(text);
    const auto url = parse_url(text);
    REQUIRE_FALSE(url);
    CHECK(url.error().kind == ErrorKind::bad_response);
    CHECK(url.error().message.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("url: references are resolved against where they were found") {
  CHECK(resolved("https://a.test/v2/x?q=1", "/v2/y?n=2") == "https://a.test/v2/y?n=2");
  CHECK(resolved("https://a.test/v2/x", "y") == "https://a.test/v2/y");
  CHECK(resolved("https://a.test/v2/x/", "../y") == "https://a.test/v2/y");
  CHECK(resolved("https://a.test/v2/", "//b.test/c") == "https://b.test/c");
  CHECK(resolved("https://a.test/", "http://b.test:80/") == "http://b.test/");
  CHECK(resolved("https://a.test/", "https://u:p@b.test/") == "error");
  CHECK(resolved("https://a.test/", "javascript:alert(1)") == "error");
}

TEST_CASE("url: a host with another port or scheme has another origin") {
  const auto origin = [](const char* text) { return parse_url(text)->origin(); };
  CHECK(origin("https://a.test/") == origin("https://A.test:443/x"));
  CHECK(origin("https://a.test/") != origin("http://a.test/"));
  CHECK(origin("https://a.test/") != origin("https://a.test:444/"));
}

TEST_CASE("url: logs show neither users nor the values of unknown parameters") {
  CHECK(redacted_url("https://a.test/v2/?n=10&last=x&token=hunter2&X-Amz-Signature=hunter2") ==
        "https://a.test/v2/?n=10&last=x&token=***&X-Amz-Signature=***");
  CHECK(redacted_url("https://a.test/token?service=s&scope=repository:a:pull") ==
        "https://a.test/token?service=s&scope=repository:a:pull");
  CHECK(redacted_url("https://me:hunter2@a.test:5000/x") == "https://a.test:5000/x");
  CHECK(redacted_url("https://me:hun/ter2@a.test/x") == "https://a.test/x");
  CHECK(redacted_url("https://a.test:5000/x@y") == "https://a.test:5000/x@y");
  CHECK(redacted_url("https://a.test/x#hunter2") == "https://a.test/x");
  CHECK(redacted_url("https://a.test/?hunter2&=hunter2") == "https://a.test/?***&=***");
  CHECK(redacted_url("https://a.test/\x1b[31m") == "https://a.test/\\x1b[31m");
  CHECK(redacted_url("https://[::1]:5000/") == "https://[::1]:5000/");
  CHECK(redacted_url("https://[::1]/") == "https://[::1]/");
  CHECK(redacted_url("").empty());
}

TEST_CASE("url: query values are encoded and appended") {
  Url target = parse_url("https://auth.example/token?a=1").value();
  add_query(target, "scope", "repository:a/b:pull,push");
  CHECK(target.str() == "https://auth.example/token?a=1&scope=repository%3Aa%2Fb%3Apull%2Cpush");
}
