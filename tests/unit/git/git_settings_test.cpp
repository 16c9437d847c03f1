#include "git/git_settings.hpp"

#include <doctest/doctest.h>

#include <string>

namespace buildcache::git {
namespace {

using namespace std::string_literals;

TEST_CASE("git settings: values keep line ends, keys without a value are true") {
  const Settings settings = parse_settings("a.b\none\ntwo\0http.sslverify\0c.d\n\0"s);
  CHECK(settings == Settings{{"a.b", "one\ntwo"}, {"http.sslverify", "true"}, {"c.d", ""}});
  CHECK(parse_settings("").empty());
  CHECK(parse_settings("a.b\nunfinished") == Settings{{"a.b", "unfinished"}});
}

TEST_CASE("git settings: what reaches a remote is kept, what else git would run is not") {
  const Settings kept = {{"http.https://example.org/.extraheader", "AUTHORIZATION: basic x"},
                         {"credential.helper", ""},
                         {"credential.helper", "store"},
                         {"url.https://mirror.example.org/.insteadof", "https://example.org/"},
                         {"core.sshcommand", "ssh -i key"}};
  Settings all = kept;
  all.emplace_back("core.fsmonitor", "/tmp/evil");
  all.emplace_back("core.hookspath", "/tmp/evil");
  all.emplace_back("protocol.ext.allow", "always");
  all.emplace_back("remote.origin.uploadpack", "/tmp/evil");
  CHECK(remote_settings(all) == kept);
}

TEST_CASE("git settings: origin's first address, else the only remote's") {
  CHECK_FALSE(remote_address({{"core.bare", "false"}}).has_value());
  CHECK(remote_address(
            {{"remote.up.url", "u"}, {"remote.origin.url", "o"}, {"remote.origin.url", "p"}}) ==
        "o");
  CHECK(remote_address({{"remote.up.url", "u"}, {"remote.up.url", "v"}}) == "u");
  CHECK_FALSE(remote_address({{"remote.a.url", "u"}, {"remote.b.url", "v"}}).has_value());
}

}  // namespace
}  // namespace buildcache::git
