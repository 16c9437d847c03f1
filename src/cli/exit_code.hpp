// The exit codes of the program; the table of --help and docs/exit-codes.md.
#pragma once

#include "core/error.hpp"

#include <array>
#include <string_view>

namespace buildcache::cli {

inline constexpr int kSuccess = 0;
inline constexpr int kBuildFailed = 1;  // the build, or the push of its product
inline constexpr int kUsage = 2;
inline constexpr int kConfiguration = 3;
inline constexpr int kFacts = 4;   // git or CI facts
inline constexpr int kEngine = 5;  // docker, buildx, builder
inline constexpr int kInternal = 70;
inline constexpr int kSignalBase = 128;  // + signal number

struct ExitCodeRow {
  std::string_view code;  // "0", "128+n"
  std::string_view meaning;
};

// The table that people read.
inline constexpr std::array<ExitCodeRow, 8> kExitCodes{
    {{"0", "success"},
     {"1",
      "a target was not built, its image not pushed, a login refused, or a cache mount broken"},
     {"2", "wrong command line, or a file named there does not exist"},
     {"3", "wrong or unreadable configuration"},
     {"4", "git or CI facts missing or contradictory"},
     {"5", "docker, buildx or the builder missing or unable"},
     {"70", "internal error, or a failure of the system nobody expects"},
     {"128+n", "ended by signal n"}}};

// Returns the exit code of a command that ended with an error of that kind.
// A command that a signal ended has kSignalBase + the signal instead.
int exit_code_of(core::ErrorKind kind);

}  // namespace buildcache::cli
