#include "docker/builder_argv.hpp"

#include "docker/csv.hpp"

#include <string_view>

namespace buildcache::docker {
namespace {

std::string assignment(std::string_view name, std::string_view value) {
  std::string text(name);
  return csv_field(text.append("=").append(value));
}

}  // namespace

std::vector<std::string> create_builder_argv(const CreateBuilder& wanted) {
  std::vector<std::string> argv = {
      "docker", "buildx", "create", "--name", wanted.name, "--driver", wanted.driver};
  if (wanted.append) {
    argv.emplace_back("--append");
  }
  for (const auto& [name, value] : wanted.options) {
    argv.insert(argv.end(), {"--driver-opt", assignment(name, value)});
  }
  for (const std::string& platform : wanted.platforms) {
    argv.insert(argv.end(), {"--platform", platform});
  }
  if (!wanted.buildkitd_config.empty()) {
    argv.insert(argv.end(), {"--buildkitd-config", wanted.buildkitd_config});
  }
  argv.emplace_back("--bootstrap");
  if (!wanted.endpoint.empty()) {
    argv.insert(argv.end(), {"--", wanted.endpoint});
  }
  return argv;
}

std::vector<std::string> remove_builder_argv(const std::string& name, bool keep_state) {
  std::vector<std::string> argv = {"docker", "buildx", "rm", "--force"};
  if (keep_state) {
    argv.emplace_back("--keep-state");
  }
  argv.push_back(name);
  return argv;
}

std::vector<std::string> create_context_argv(const std::string& name,
                                             const std::string& host,
                                             const std::string& certificates) {
  std::string endpoint = assignment("host", host);
  for (const auto& [option, file] :
       {std::pair("ca", "ca.pem"), std::pair("cert", "cert.pem"), std::pair("key", "key.pem")}) {
    endpoint += "," + assignment(option, certificates + "/" + file);
  }
  return {"docker", "context", "create", name, "--docker", endpoint};
}

std::vector<std::string> remove_context_argv(const std::string& name) {
  return {"docker", "context", "rm", "--force", name};
}

}  // namespace buildcache::docker
