// The exit codes of the program; the table of --help and docs/exit-codes.md.
#pragma once

#include "core/error.hpp"

namespace buildcache::cli {

inline constexpr int kSuccess = 0;
inline constexpr int kBuildFailed = 1;  // the build, or the push of its product
inline constexpr int kUsage = 2;
inline constexpr int kConfiguration = 3;
inline constexpr int kFacts = 4;   // git or CI facts
inline constexpr int kEngine = 5;  // docker, buildx, builder
inline constexpr int kInternal = 70;
inline constexpr int kSignalBase = 128;  // + signal number

// Returns the exit code of a command that ended with an error of that kind.
// REQUIRES: kind is not cancelled, whose code is kSignalBase + the signal.
int exit_code_of(core::ErrorKind kind);

}  // namespace buildcache::cli
