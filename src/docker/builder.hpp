// Making the builder ready, and removing what was made.
#pragma once

#include <map>
#include <string>

#include "config/config.hpp"
#include "core/result.hpp"
#include "sys/process.hpp"

namespace buildcache::docker {

// A builder ready to build. Created ones (driver remote) are removed by release(), found ones left.
struct ReadyBuilder {
  std::string name;  // for --builder; empty: buildx's current one
  bool created = false;
};

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
