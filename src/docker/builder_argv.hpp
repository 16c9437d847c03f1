// `docker buildx create` and its kin as command lines. Pure.
#pragma once

#include "config/config.hpp"

#include <map>
#include <string>
#include <vector>

namespace buildcache::docker {

struct CreateBuilder {
  std::string name;
  std::string driver;
  std::map<std::string, std::string> options;  // of the driver
  std::vector<std::string> platforms;
  std::string buildkitd_config;  // path; empty: none
  std::string endpoint;          // empty: the current docker or kubernetes context
  bool append = false;           // one more node of a builder that is there
};

// Returns the command that creates and starts a builder, or a further node of one.
std::vector<std::string> create_builder_argv(const CreateBuilder& wanted);

std::vector<std::string> remove_builder_argv(const std::string& name, bool keep_state);

// Returns the command that makes a docker context of an engine that is reached with TLS;
// `certificates` is a directory as DOCKER_CERT_PATH names it.
std::vector<std::string> create_context_argv(const std::string& name,
                                             const std::string& host,
                                             const std::string& certificates);

std::vector<std::string> remove_context_argv(const std::string& name);

}  // namespace buildcache::docker
