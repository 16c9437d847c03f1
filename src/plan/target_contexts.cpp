#include "plan/target_contexts.hpp"

#include <algorithm>

namespace buildcache::plan {

namespace {

bool is_in_registry(const TargetPlan& target) {
  return target.build.push && !target.build.tags.empty();
}

TargetPlan* find(std::vector<TargetPlan>& targets, const std::string& name) {
  const auto found = std::ranges::find(targets, name, &TargetPlan::name);
  return found == targets.end() ? nullptr : &*found;
}

}  // namespace

void link_contexts(std::vector<TargetPlan>& targets) {
  for (TargetPlan& target : targets) {
    for (auto& [name, source] : target.build.options.contexts) {
      if (!source.starts_with(config::kTargetContext)) {
        continue;
      }
      TargetPlan* built = find(targets, source.substr(config::kTargetContext.size()));
      if (built == nullptr) {
        continue;  // the configuration's reader has refused it
      }
      target.build.target_contexts.emplace(name, built->name);
      if (!is_in_registry(*built)) {
        built->build.layout = built->name + ".oci";
      }
      source = context_of(*built, "", "");
    }
  }
}

std::string context_of(const TargetPlan& built,
                       const std::string& layouts,
                       const std::string& digest) {
  const std::string pin = digest.empty() ? "" : "@" + digest;
  return is_in_registry(built) ? "docker-image://" + built.build.tags.front() + pin
                               : "oci-layout://" + layouts + built.build.layout + pin;
}

}  // namespace buildcache::plan
