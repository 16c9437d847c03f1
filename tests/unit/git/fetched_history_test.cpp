// How git is called, and what its answers mean; the real git is in checkout_matrix_test.cpp.
#include "git/fetched_history.hpp"

#include "support/fake_clock.hpp"
#include "support/memory_files.hpp"
#include "support/scripted_process.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace buildcache::git {
namespace {

using namespace std::string_literals;
using std::chrono::milliseconds;

const std::string kCommit(40, 'a');
const std::string kSettings =
    "remote.origin.url\nhttps://x:token@example.org/shop.git\0"
    "http.https://example.org/.extraheader\nAUTHORIZATION: basic dG9rZW4=\0"s;

bool calls(const std::vector<std::string>& argv, const std::string& command) {
  return argv.front() == "git" && std::ranges::find(argv, command) != argv.end();
}

struct Fetching {
  support::ScriptedProcess processes;
  support::MemoryFiles files;
  support::FakeClock clock;
  FetchedHistory history{
      {processes, files, clock, {}},
      sys::Environment({{"PATH", "/bin"}, {"GIT_DIR", "/elsewhere"}, {"TMPDIR", "/scratch"}}),
      milliseconds(10'000)};

  Fetching() { REQUIRE(files.make_directories("/scratch", 0700).has_value()); }

  support::ScriptedCommand& expect(const std::string& command) {
    return processes.expect_matching(
        [command](const std::vector<std::string>& argv) { return calls(argv, command); },
        "git " + command);
  }

  void expect_begin() {
    expect("config").exits(0, kSettings);
    expect("init");
  }

  core::Error failure(std::string branch = "main") {
    const auto more = history.more({"/src", {kCommit}, std::move(branch), 200});
    REQUIRE_FALSE(more.has_value());
    return more.error();
  }

  [[nodiscard]] std::vector<std::string> refspecs_of(std::size_t index) const {
    std::vector<std::string> found;
    const sys::Command command = processes.commands().at(index);
    for (const std::string& word : command.argv) {
      if (word.starts_with("+")) {
        found.push_back(word);
      }
    }
    return found;
  }
};

TEST_CASE("fetched history: address and credentials go through git's environment alone") {
  Fetching fetching;
  fetching.expect_begin();
  fetching.expect("fetch")
      .without_environment("GIT_DIR")
      .with_environment("GIT_TERMINAL_PROMPT", "0")
      .with_environment("GIT_CONFIG_COUNT", "2")
      .with_environment("GIT_CONFIG_KEY_0", "http.https://example.org/.extraheader")
      .with_environment("GIT_CONFIG_VALUE_0", "AUTHORIZATION: basic dG9rZW4=")
      .with_environment("GIT_CONFIG_KEY_1", "remote.origin.url")
      .with_environment("GIT_CONFIG_VALUE_1", "https://x:token@example.org/shop.git")
      .in_directory("/src")
      .exits(128, {}, "fatal: unable to access 'https://x:token@example.org/shop.git/': 403\n");
  const core::Error error = fetching.failure();
  CHECK(error.kind == core::ErrorKind::unavailable);
  CHECK(error.message == "git fetch failed: unable to access 'https://example.org/shop.git/': 403");
  for (const sys::Command& command : fetching.processes.commands()) {
    for (const std::string& word : command.argv) {
      CHECK(word.find("oken") == std::string::npos);
    }
  }
}

TEST_CASE("fetched history: what the remote lacks is left out of a second try") {
  Fetching fetching;
  fetching.expect_begin();
  fetching.expect("fetch").exits(
      128, {}, "fatal: remote error: upload-pack: not our ref " + kCommit + "\n");
  fetching.expect("fetch").exits(128, {}, "fatal: couldn't find remote ref refs/heads/main\n");
  CHECK(fetching.failure().message == "the remote lacks what was asked for");
  CHECK(fetching.refspecs_of(2).size() == 2);
  CHECK(fetching.refspecs_of(3) ==
        std::vector<std::string>{"+refs/heads/main:refs/history/branch"});
}

TEST_CASE("fetched history: a branch that would be another refspec is not asked for") {
  for (const char* branch : {"a:refs/heads/b", "a*", "-x y", "a\nb", "^a"}) {
    Fetching fetching;
    fetching.expect_begin();
    fetching.expect("fetch").exits(128, {}, "fatal: no\n");
    static_cast<void>(fetching.failure(branch));
    CHECK(fetching.refspecs_of(2).size() == 1);
  }
}

TEST_CASE("fetched history: each failure says what it is") {
  SUBCASE("no git") {
    Fetching fetching;
    fetching.expect("config").fails(core::ErrorKind::not_found);
    CHECK(fetching.failure().message == "there is no git on this machine");
  }
  SUBCASE("somebody else's clone") {
    Fetching fetching;
    fetching.expect("config").exits(
        128, {}, "fatal: --local can only be used inside a git repository\n");
    CHECK(fetching.failure().message.find("safe.directory") != std::string::npos);
  }
  SUBCASE("no remote") {
    Fetching fetching;
    fetching.expect("config").exits(0, "core.bare\nfalse\0"s);
    CHECK(fetching.failure().message == "the clone has no remote");
  }
  SUBCASE("silence") {
    Fetching fetching;
    fetching.expect_begin();
    fetching.expect("fetch").plays([](const sys::Command& command, const sys::RunOptions&) {
      CHECK(command.timeout == milliseconds(10'000));
      sys::Exit exit;
      exit.code = 137;
      exit.timed_out = true;
      return core::Result<sys::Exit>(exit);
    });
    const core::Error error = fetching.failure();
    CHECK(error.kind == core::ErrorKind::timed_out);
    CHECK(error.message == "the remote took longer than 10.0 s");
  }
  SUBCASE("files that nobody asked for") {
    Fetching fetching;
    fetching.expect_begin();
    fetching.expect("fetch").plays([](const sys::Command&, const sys::RunOptions& options) {
      options.on_output(sys::Stream::err, "warning: filtering not recog");
      CHECK(options.on_tick());
      options.on_output(sys::Stream::err, "nized by server, ignoring\n");
      CHECK_FALSE(options.on_tick());
      sys::Exit exit;
      exit.code = 143;
      exit.stopped = true;
      return core::Result<sys::Exit>(exit);
    });
    CHECK(fetching.failure().kind == core::ErrorKind::bad_response);
  }
}

}  // namespace
}  // namespace buildcache::git
