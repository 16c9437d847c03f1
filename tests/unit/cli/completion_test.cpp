#include "cli/completion.hpp"

#include "cli/options.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace buildcache::cli {
namespace {

// Whether `run` or `plan` take the option with this word.
bool is_taken(const std::string& option, const std::string& word) {
  const std::vector<std::string> words = {"--" + option + "=" + word};
  if (option == "format") {
    return read_plan_options(words).has_value();
  }
  if (option == "shell") {
    return read_completion_options({word}).has_value();
  }
  if (option == "output-format") {
    return read_run_options({words.front(), "--output-file=x"}).has_value();
  }
  return read_run_options(words).has_value();
}

}  // namespace

TEST_CASE("completion: the words offered for an option are those it takes") {
  for (const char* option :
       {"color", "format", "log-format", "output-format", "fork", "protected", "shell"}) {
    CAPTURE(option);
    REQUIRE_FALSE(values_of("run", option).empty());
    for (const std::string& word : values_of("run", option)) {
      CAPTURE(word);
      CHECK(is_taken(option, word));
    }
    CHECK_FALSE(is_taken(option, "sideways"));
  }
  CHECK(values_of("run", "branch").empty());
  for (const std::string& word : values_of("simulate", "format")) {
    CAPTURE(word);
    CHECK(read_simulate_options({"--format=" + word}).has_value());
  }
  CHECK_FALSE(read_simulate_options({"--format=args"}).has_value());
}

TEST_CASE("completion: every option of every command is in every shell's script") {
  const std::vector<std::string> commands = {"login", "plan", "run", "validate", "version"};
  for (const char* shell : {"bash", "zsh", "fish"}) {
    CAPTURE(shell);
    const std::string script = completion_script(shell, commands);
    for (const std::string& command : commands) {
      CHECK(script.find(command) != std::string::npos);
      CHECK_FALSE(options_of(command).empty());
      for (const KnownOption& option : options_of(command)) {
        CAPTURE(option.name);
        const bool fish = std::string(shell) == "fish";
        CHECK(script.find((fish ? "-l " : "--") + option.name) != std::string::npos);
      }
    }
  }
  CHECK(options_of("schema").empty());
}

}  // namespace buildcache::cli
