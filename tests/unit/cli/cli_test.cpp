#include "cli/cli.hpp"

#include "core/version.hpp"
#include "support/fake_clock.hpp"
#include "support/memory_files.hpp"
#include "support/scripted_http.hpp"
#include "support/scripted_process.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <string>
#include <vector>

namespace buildcache::cli {
namespace {

// A world in which nothing may be run or asked.
struct World {
  int run(const std::vector<std::string>& arguments) {
    const commands::Seams seams{sys::Environment(),
                                files,
                                processes,
                                http,
                                clock,
                                interruption,
                                [this](std::string_view text) { out += text; },
                                [this](std::string_view text) { err += text; },
                                false,
                                {}};
    return main_of(arguments, seams);
  }

  support::MemoryFiles files;
  support::ScriptedProcess processes;
  support::ScriptedHttp http;
  support::FakeClock clock;
  sys::Interruption interruption;
  std::string out;
  std::string err;
};

}  // namespace

TEST_CASE("cli: without a command the help goes to standard error and the use is wrong") {
  World world;
  CHECK(world.run({}) == 2);
  CHECK(world.out.empty());
  CHECK(world.err.find("Usage: buildcache COMMAND") != std::string::npos);
}

TEST_CASE("cli: every way to ask for help gives it on standard output") {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--help"}, {"-h"}, {"help"}}) {
    World world;
    CHECK(world.run(words) == 0);
    CHECK(world.out.find("Exit codes:") != std::string::npos);
    CHECK(world.err.empty());
  }
}

TEST_CASE("cli: each command's help stands alone") {
  for (const std::string name :
       {"plan", "run", "login", "logout", "validate", "schema", "version"}) {
    CAPTURE(name);
    World asked;
    World told;
    CHECK(asked.run({name, "--help"}) == 0);
    CHECK(told.run({"help", name}) == 0);
    CHECK(asked.out == told.out);
    CHECK(asked.out.find("buildcache " + name) != std::string::npos);
    CHECK(asked.out.find("Commands:") == std::string::npos);
    CHECK(asked.err.empty());
  }
}

TEST_CASE("cli: help lines fit on a screen") {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"help"},
                                                {"help", "plan"},
                                                {"help", "run"},
                                                {"help", "login"},
                                                {"help", "logout"},
                                                {"help", "validate"},
                                                {"help", "schema"}}) {
    World world;
    CHECK(world.run(words) == 0);
    std::size_t begin = 0;
    while (begin < world.out.size()) {
      const std::size_t end = world.out.find('\n', begin);
      CHECK(end - begin <= 100);
      begin = end + 1;
    }
  }
}

TEST_CASE("cli: a command nobody knows is refused with the nearest one") {
  World world;
  CHECK(world.run({"paln"}) == 2);
  CHECK(world.err == "error: unknown command paln\n  hint: did you mean plan?\n");
  CHECK(world.run({"help", "ru"}) == 2);
}

TEST_CASE("cli: an unknown command with hostile bytes is printed harmlessly") {
  World world;
  CHECK(world.run({"\x1b[2J##[error]x\n::error::y"}) == 2);
  CHECK(world.err.find('\x1b') == std::string::npos);
  CHECK(world.err.find("##[") == std::string::npos);
  CHECK(world.err.find("\n::") == std::string::npos);
}

TEST_CASE("cli: the version is a document") {
  for (const char* word : {"version", "--version"}) {
    World world;
    CHECK(world.run({word}) == 0);
    CHECK(world.out == "buildcache " + std::string(core::kVersion) + "\n");
    CHECK(world.err.empty());
  }
}

TEST_CASE("cli: a wrong option touches nothing and exits with 2") {
  World world;
  CHECK(world.run({"run", "--no-psuh"}) == 2);
  CHECK(world.out.empty());
  CHECK(world.err == "error: unknown option --no-psuh\n  hint: did you mean --no-push?\n");
}

TEST_CASE("cli: a wrong configuration exits with 3 and prints no document") {
  World world;
  world.files.add(".buildcache.yml", "version: 1\nnonsense: 2\n");
  CHECK(world.run({"validate"}) == 3);
  CHECK(world.out.empty());
  CHECK(world.err.find(".buildcache.yml:2:1") != std::string::npos);
}

TEST_CASE("cli: a file that is not there is a wrong use") {
  World world;
  CHECK(world.run({"validate", "none.yml"}) == 2);
}

TEST_CASE("cli: a command that a signal ended exits as such") {
  World world;
  world.interruption.raise(SIGTERM);
  CHECK(world.run({"validate", "none.yml"}) == 128 + SIGTERM);
}

TEST_CASE("cli: a signal after success changes nothing") {
  World world;
  world.interruption.raise(SIGINT);
  CHECK(world.run({"version"}) == 0);
}

}  // namespace buildcache::cli
