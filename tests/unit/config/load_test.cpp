#include "config/load.hpp"

#include "support/memory_files.hpp"

#include <doctest/doctest.h>

namespace buildcache::config {
namespace {

Loaded parsed(const std::string& text,
              const std::map<std::string, std::string>& environment = {},
              const std::string& directory = "/src/shop") {
  return parse(text, ".buildcache.yml", directory, sys::Environment(environment));
}

}  // namespace

TEST_CASE("load: at most a hundred errors are listed") {
  std::string text = "version: 1\n";
  for (int i = 0; i < 1000; ++i) {
    text += "k" + std::to_string(i) + ": 1\n";
  }
  CHECK(parsed(text).errors.size() == 100);
}

TEST_CASE("load: no target named means one called after the directory") {
  const auto loaded = parsed("version: 1\n");
  REQUIRE(loaded.config.targets.size() == 1);
  CHECK(loaded.config.targets[0].name == "shop");
  CHECK(loaded.config.targets[0].context == ".");
  CHECK(loaded.config.targets[0].push == Push::never);
}

TEST_CASE("load: the file and its directory are kept") {
  const auto loaded = parsed("version: 1\n");
  CHECK(loaded.config.file == ".buildcache.yml");
  CHECK(loaded.config.directory == "/src/shop");
}

TEST_CASE("load: a store that is not configured is the platform's") {
  const std::map<std::string, std::string> gitlab{{"GITLAB_CI", "true"},
                                                  {"CI_REGISTRY_IMAGE", "reg.example.com/a/b"}};
  CHECK(parsed("version: 1\n", gitlab).config.cache.store == StoreKind::registry);
  CHECK(parsed("version: 1\ncache: {lookback: 3}\n", gitlab).config.cache.store ==
        StoreKind::registry);
  CHECK(parsed("version: 1\ncache: {store: local}\n", gitlab).config.cache.store ==
        StoreKind::local);
  CHECK(parsed("version: 1\ncache: {path: /cache}\n", gitlab).config.cache.store ==
        StoreKind::local);
}

TEST_CASE("load: a password knows the variable it came from") {
  const auto loaded =
      parsed("version: 1\nregistries: [{host: ghcr.io, username: octo, password: \"${TOKEN}\"}]\n",
             {{"TOKEN", "t0ken"}});
  REQUIRE(loaded.config.registries.size() == 1);
  CHECK(loaded.config.registries[0].password.reveal() == "t0ken");
  CHECK(loaded.config.registries[0].password_variable == "TOKEN");
}

TEST_CASE("load: a login whose password is empty is left out with a notice") {
  const auto loaded =
      parsed("version: 1\nregistries: [{host: ghcr.io, username: octo, password: \"${TOKEN}\"}]\n",
             {{"TOKEN", ""}});
  CHECK(loaded.errors.empty());
  REQUIRE(loaded.config.registries.size() == 1);
  CHECK(loaded.config.registries[0].username.empty());
  REQUIRE_FALSE(loaded.config.notices.empty());
  CHECK(loaded.config.notices.back().message == "no login at ghcr.io: its password is empty");
}

namespace {

constexpr const char* kFileLogin =
    "version: 1\nregistries: [{host: ghcr.io, username: octo, password: {file: token}}]\n";

}  // namespace

TEST_CASE("load: a password file is read beside the configuration, without its final line break") {
  support::MemoryFiles files;
  files.add("/src/shop/token", "t0ken\r\n");
  auto config = parsed(kFileLogin).config;
  CHECK(config.registries[0].password.empty());
  CHECK(read_password_files(files, config).empty());
  CHECK(config.registries[0].password.reveal() == "t0ken");
}

TEST_CASE("load: a password file that cannot be read is an error with the position of its path") {
  support::MemoryFiles files;
  auto config = parsed(kFileLogin).config;
  const auto errors = read_password_files(files, config);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].kind == core::ErrorKind::config);
  CHECK(errors[0].position->line == 2);
  CHECK(errors[0].position->column == 63);
}

TEST_CASE("load: a password file that is empty or holds several lines is refused unseen") {
  for (const std::string content : {"", "\n", "one\ntwo\n"}) {
    support::MemoryFiles files;
    files.add("/src/shop/token", content);
    auto config = parsed(kFileLogin).config;
    const auto errors = read_password_files(files, config);
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].message.find("two") == std::string::npos);
    CHECK(config.registries[0].password.empty());
  }
}

}  // namespace buildcache::config
