#include "core/text.hpp"
#include "plan/make_plan.hpp"
#include "plan/shown.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace buildcache::plan {

namespace {

const config::Target* target_named(const config::Config& config, const std::string& name) {
  const auto found = std::ranges::find(config.targets, name, &config::Target::name);
  return found == config.targets.end() ? nullptr : &*found;
}

std::vector<std::string> names_of(const config::Config& config) {
  std::vector<std::string> names;
  std::ranges::transform(config.targets, std::back_inserter(names), &config::Target::name);
  return names;
}

core::Error no_such_target(const config::Config& config,
                           const std::string& name,
                           core::ErrorKind kind) {
  const std::string near = core::nearest(name, names_of(config));
  return {kind,
          "there is no target '" + shown(name) + "'",
          std::nullopt,
          near.empty() ? "" : "did you mean '" + near + "'?"};
}

// Returns `wished` and all they need, directly or not.
core::Result<std::set<std::string>> closure(const config::Config& config,
                                            const std::vector<std::string>& wished) {
  std::set<std::string> known;
  std::vector<std::string> open;
  for (const std::string& name : wished) {
    if (target_named(config, name) == nullptr) {
      return tl::unexpected(no_such_target(config, name, core::ErrorKind::usage));
    }
    open.push_back(name);
  }
  while (!open.empty()) {
    const std::string name = open.back();
    open.pop_back();
    if (!known.insert(name).second) {
      continue;
    }
    const config::Target* target = target_named(config, name);
    if (target == nullptr) {
      return tl::unexpected(no_such_target(config, name, core::ErrorKind::config));
    }
    open.insert(open.end(), target->needs.begin(), target->needs.end());
  }
  return known;
}

}  // namespace

core::Result<std::vector<std::string>> select_targets(const config::Config& config,
                                                      const std::vector<std::string>& wished) {
  core::Result<std::set<std::string>> open =
      closure(config, wished.empty() ? names_of(config) : wished);
  if (!open) {
    return tl::unexpected(open.error());
  }
  std::vector<std::string> order;
  while (!open->empty()) {
    const auto ready = std::ranges::find_if(config.targets, [&open](const config::Target& target) {
      return open->contains(target.name) &&
             std::ranges::none_of(
                 target.needs, [&open](const std::string& need) { return open->contains(need); });
    });
    if (ready == config.targets.end()) {
      return core::fail(core::ErrorKind::config,
                        "the target '" + shown(*open->begin()) + "' needs itself",
                        "targets must not need each other in a circle");
    }
    order.push_back(ready->name);
    open->erase(ready->name);
  }
  return order;
}

}  // namespace buildcache::plan
