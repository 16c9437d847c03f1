#include "config/forms.hpp"

#include <doctest/doctest.h>

#include <regex>
#include <string>
#include <vector>

namespace buildcache::config {
namespace {

struct Form {
  bool (*fits)(std::string_view);
  std::string_view pattern;
};

const std::vector<Form> kForms{{is_target_name, kTargetNamePattern},
                               {is_simple_name, kSimpleNamePattern},
                               {is_environment_name, kEnvironmentNamePattern},
                               {is_label_name, kLabelNamePattern},
                               {is_platform, kPlatformPattern}};

}  // namespace

TEST_CASE("config: each form and its regular expression agree") {
  const std::vector<std::string> texts{"",
                                       "a",
                                       "A",
                                       "0",
                                       "_",
                                       "-",
                                       ".",
                                       "/",
                                       "a-b",
                                       "a.b",
                                       "a_b",
                                       "a/b",
                                       "a b",
                                       "a,b",
                                       "a=b",
                                       "-a",
                                       "_a",
                                       "0a",
                                       "é",
                                       "a/b/c",
                                       "a/b/c/d",
                                       "/a",
                                       "a/",
                                       "a//b",
                                       "Linux/amd64",
                                       "linux/amd64",
                                       "linux/arm/v7",
                                       "wasi/wasm32",
                                       std::string("a\0b", 3),
                                       "a\n",
                                       std::string(60, 'a'),
                                       std::string(61, 'a'),
                                       std::string(128, 'a'),
                                       std::string(129, 'a')};
  for (const Form& form : kForms) {
    const std::regex expression{std::string(form.pattern)};
    for (const std::string& text : texts) {
      CAPTURE(form.pattern);
      CAPTURE(text);
      CHECK(form.fits(text) == std::regex_match(text, expression));
    }
  }
}

TEST_CASE("config: a local path is no URL, no option and not standard input") {
  CHECK(is_local_path("."));
  CHECK(is_local_path("docker/api"));
  CHECK(is_local_path("/var/cache"));
  CHECK(is_local_path("./-odd"));
  CHECK_FALSE(is_local_path(""));
  CHECK_FALSE(is_local_path("-"));
  CHECK_FALSE(is_local_path("--help"));
  CHECK_FALSE(is_local_path("https://example.com/x.git"));
  CHECK_FALSE(is_local_path("git@github.com:acme/shop"));
}

TEST_CASE("config: a builder's endpoint is a TCP address or a unix socket") {
  CHECK(is_builder_endpoint("tcp://buildkit:1234"));
  CHECK(is_builder_endpoint("tcp://[::1]:1234"));
  CHECK(is_builder_endpoint("unix:///run/buildkit.sock"));
  CHECK_FALSE(is_builder_endpoint("unix://run/buildkit.sock"));
  CHECK_FALSE(is_builder_endpoint("unix:///"));
  CHECK_FALSE(is_builder_endpoint("tcp://buildkit"));
  CHECK_FALSE(is_builder_endpoint("tcp://:1234"));
  CHECK_FALSE(is_builder_endpoint("tcp://buildkit:port"));
  CHECK_FALSE(is_builder_endpoint("tcp://a:1,b:2"));
  CHECK_FALSE(is_builder_endpoint("tcp://user:secret@host:1"));
  CHECK_FALSE(is_builder_endpoint("ssh://host"));
}

}  // namespace buildcache::config
