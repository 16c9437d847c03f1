#include "commands/messages.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace buildcache::commands {

TEST_CASE("messages: an error tells where, what and what to do") {
  CHECK(error_line({core::ErrorKind::config,
                    "no such key",
                    core::Position{"a.yml", 3, 7},
                    "did you mean tags?"}) ==
        "error: a.yml:3:7: no such key\n  hint: did you mean tags?\n");
}

TEST_CASE("messages: unknown parts are left out") {
  CHECK(error_line({core::ErrorKind::config, "bad", core::Position{"a.yml", 3, 0}, ""}) ==
        "error: a.yml:3: bad\n");
  CHECK(error_line({core::ErrorKind::config, "bad", core::Position{"a.yml", 0, 0}, ""}) ==
        "error: a.yml: bad\n");
  CHECK(error_line({core::ErrorKind::engine, "bad", std::nullopt, ""}) == "error: bad\n");
}

TEST_CASE("messages: a notice tells its target and its remedy") {
  CHECK(notice_line({core::Severity::warning, "lost", "look", "api"}) ==
        "warning: api: lost\n  remedy: look\n");
  CHECK(notice_line({core::Severity::notice, "fyi", "", ""}) == "notice: fyi\n");
}

TEST_CASE("messages: hostile text makes no line, no escape and no CI command of its own") {
  const std::string evil = "x\n::error::y\x1b[2J ##[error]z \xFF";
  for (const std::string& line :
       {error_line({core::ErrorKind::config, evil, core::Position{evil, 1, 1}, evil}),
        notice_line({core::Severity::warning, evil, evil, evil})}) {
    CAPTURE(line);
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK(line.find("##[") == std::string::npos);
    CHECK(line.find("\n::") == std::string::npos);
    CHECK(std::count(line.begin(), line.end(), '\n') == 2);
  }
}

}  // namespace buildcache::commands
