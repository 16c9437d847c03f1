#include "cli/completion.hpp"

#include "cli/options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

namespace buildcache::cli {

namespace {

std::string options_words(const std::string& command) {
  std::string words;
  for (const KnownOption& option : options_of(command)) {
    words += (words.empty() ? "--" : " --") + option.name;
  }
  return words;
}

// Returns a case for each command's options with values: "plan\\ --format) words='text json' ;;",
// where `assigned` is what stands around the words.
std::string value_cases(const std::vector<std::string>& commands,
                        std::string_view assigned_before,
                        std::string_view assigned_after) {
  std::string cases;
  for (const std::string& command : commands) {
    for (const KnownOption& option : options_of(command)) {
      const auto values = values_of(command, option.name);
      if (!values.empty()) {
        cases += fmt::format("    {}\\ --{}) {}{}{} ;;\n",
                             command,
                             option.name,
                             assigned_before,
                             fmt::join(values, " "),
                             assigned_after);
      }
    }
  }
  return cases;
}

// bash splits `--color=always` at the sign, which the function undoes.
std::string bash_script(const std::vector<std::string>& commands) {
  std::string options;
  for (const std::string& command : commands) {
    options += fmt::format("    {}) words='{}' ;;\n", command, options_words(command));
  }
  const std::string values = value_cases(commands, "words='", "'");
  const std::string shells = fmt::format("{}", fmt::join(values_of("completion", "shell"), " "));
  return fmt::format(R"(# Completion of buildcache, made by `buildcache completion`.
_buildcache() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} words=
  COMPREPLY=()
  if [ "$word" = = ]; then
    word=
  elif [ "$before" = = ] && [ "$COMP_CWORD" -ge 2 ]; then
    before=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  case "${{COMP_WORDS[1]}} $before" in
{}  esac
  if [ -z "$words" ] && [ "$COMP_CWORD" -eq 1 ]; then
    words='{} help'
  elif [ -z "$words" ] && [ "${{COMP_WORDS[1]}}" = help ]; then
    words='{}'
  elif [ -z "$words" ] && [ "${{COMP_WORDS[1]}}" = completion ] && [[ $word != -* ]]; then
    words='{}'
  elif [ -z "$words" ] && [[ $word == -* ]]; then
    case ${{COMP_WORDS[1]}} in
{}    esac
  fi
  if [ -n "$words" ]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  fi
}}
complete -o default -F _buildcache buildcache
)",
                     values,
                     fmt::join(commands, " "),
                     fmt::join(commands, " "),
                     shells,
                     options);
}

std::string zsh_script(const std::vector<std::string>& commands) {
  std::string options;
  for (const std::string& command : commands) {
    options += fmt::format("      {}) offered=({}) ;;\n", command, options_words(command));
  }
  const std::string values = value_cases(commands, "offered=(", ")");
  return fmt::format(R"(#compdef buildcache
# Completion of buildcache, made by `buildcache completion`.
_buildcache() {{
  local before=${{words[CURRENT - 1]}}
  local -a offered
  if [[ ${{words[CURRENT]}} == --*=* ]]; then
    before=${{words[CURRENT]%%=*}}
    compset -P '*='
  fi
  case "${{words[2]}} $before" in
{}  esac
  if (( ! $#offered && CURRENT == 2 )); then
    offered=({} help)
  elif (( ! $#offered )) && [[ ${{words[2]}} == help ]]; then
    offered=({})
  elif (( ! $#offered )) && [[ ${{words[2]}} == completion && ${{words[CURRENT]}} != -* ]]; then
    offered=({})
  elif (( ! $#offered )) && [[ ${{words[CURRENT]}} == -* ]]; then
    case ${{words[2]}} in
{}    esac
  fi
  if (( $#offered )); then
    compadd -a offered
  else
    _files
  fi
}}
compdef _buildcache buildcache
)",
                     values,
                     fmt::join(commands, " "),
                     fmt::join(commands, " "),
                     fmt::join(values_of("completion", "shell"), " "),
                     options);
}

std::string fish_script(const std::vector<std::string>& commands) {
  std::string script = fmt::format(
      "# Completion of buildcache, made by `buildcache completion`.\n"
      "complete -c buildcache -n __fish_use_subcommand -f -a '{} help'\n"
      "complete -c buildcache -n '__fish_seen_subcommand_from help' -f -a '{}'\n"
      "complete -c buildcache -n '__fish_seen_subcommand_from completion' -f -a '{}'\n",
      fmt::join(commands, " "),
      fmt::join(commands, " "),
      fmt::join(values_of("completion", "shell"), " "));
  for (const std::string& command : commands) {
    for (const KnownOption& option : options_of(command)) {
      script += fmt::format(
          "complete -c buildcache -n '__fish_seen_subcommand_from {}' -l {}", command, option.name);
      script += option.short_name.empty() ? "" : " -s " + option.short_name;
      const auto values = values_of(command, option.name);
      script += values.empty() ? std::string(option.takes_value ? " -r" : "")
                               : fmt::format(" -x -a '{}'", fmt::join(values, " "));
      script += "\n";
    }
  }
  return script;
}

}  // namespace

std::string completion_script(std::string_view shell, const std::vector<std::string>& commands) {
  if (shell == "bash") {
    return bash_script(commands);
  }
  return shell == "zsh" ? zsh_script(commands) : fish_script(commands);
}

}  // namespace buildcache::cli
