// Making the builder ready, and removing what was made.
#pragma once

#include "config/config.hpp"
#include "core/notice.hpp"
#include "core/result.hpp"
#include "sys/files.hpp"
#include "sys/process.hpp"

#include <map>
#include <string>
#include <vector>

namespace buildcache::docker {

// What making builders works with; all must outlive the call.
struct BuilderTools {
  sys::ProcessRunner& processes;
  sys::Files& files;
  const std::map<std::string, std::string>& environment;  // for docker
};

struct BuilderRequest {
  const config::Builder& builder;
  std::string directory;    // relative paths of `builder` start here
  std::string unique_name;  // for what is made; a letter, then letters, digits, '-'
  std::string scratch;      // a private directory
};

// A builder ready to build. Created ones are removed by release(), found ones left.
struct ReadyBuilder {
  std::string name;  // for --builder; empty: the one detect() named is right as it is
  bool created = false;
  bool keep_state = false;
  std::string context;  // the docker context made for it; empty: none
  std::vector<core::Notice> notices;
};

// With a driver other than `docker` a builder is created, started and connected to; with `use` that
// one is named; otherwise nothing is done. `keep-state` needs a name that the next run finds again:
// where a builder of that name is there already, another run's or left over from one that was
// killed, this run goes on without its state, with a notice.
// `buildx create` takes no TLS material from the environment (docker-in-docker's DOCKER_TLS_VERIFY
// and DOCKER_CERT_PATH): then a docker context is made from it, and its engine used.
// Errors: config (a file named by the configuration is not there), engine (cannot be created or
// does not answer) with buildx's words.
core::Result<ReadyBuilder> make_ready(const BuilderTools& tools, const BuilderRequest& request);

// Removes what make_ready made. Errors: engine.
core::Result<void> release(const BuilderTools& tools, const ReadyBuilder& builder);

}  // namespace buildcache::docker
