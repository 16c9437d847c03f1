// Making the builder ready, and removing what was made.
#pragma once

#include "config/config.hpp"
#include "core/result.hpp"
#include "sys/process.hpp"

#include <map>
#include <string>

namespace buildcache::docker {

// A builder ready to build. Created ones (driver remote) are removed by release(), found ones left.
struct ReadyBuilder {
  std::string name;  // for --builder; empty: the one detect() named is right as it is
  bool created = false;
};

// With driver remote a builder called `unique_name` is created and connected to; with `use` that
// one is named; otherwise nothing is done. `unique_name`: a letter, then letters, digits, '-'.
// Errors: engine (cannot be created or does not answer), with buildx's words.
core::Result<ReadyBuilder> make_ready(sys::ProcessRunner& processes,
                                      const std::map<std::string, std::string>& environment,
                                      const config::Builder& builder,
                                      const std::string& unique_name);

// Removes a builder made by make_ready; others are left. Errors: engine.
core::Result<void> release(sys::ProcessRunner& processes,
                           const std::map<std::string, std::string>& environment,
                           const ReadyBuilder& builder);

}  // namespace buildcache::docker
