#include "commands/child_environment.hpp"

#include <map>
#include <string>
#include <utility>

namespace buildcache::commands {

sys::Environment child_environment(const sys::Environment& ours, const config::Config& config) {
  std::map<std::string, std::string> variables = ours.all();
  for (const config::Target& target : config.targets) {
    for (const config::BuildSecret& secret : target.secrets) {
      variables.erase(secret.env);
    }
  }
  for (const config::RegistryLogin& login : config.registries) {
    variables.erase(login.password_variable);
    std::erase_if(variables, [&login](const auto& variable) {
      return !login.password.empty() && variable.second == login.password.reveal();
    });
  }
  return sys::Environment(std::move(variables));
}

}  // namespace buildcache::commands
