#include "core/text.hpp"
#include "report/plan_report.hpp"

namespace buildcache::report {

core::Result<std::string> plan_args(const plan::Plan& plan) {
  if (plan.targets.size() != 1) {
    return core::fail(core::ErrorKind::usage,
                      "--format args describes one target, and the plan has " +
                          std::to_string(plan.targets.size()),
                      "name one with --target");
  }
  const plan::TargetPlan& target = plan.targets.front();
  std::vector<std::string> words;
  for (const core::CacheSpec& spec : target.cache_from) {
    words.insert(words.end(), {"--cache-from", spec.str()});
  }
  for (const core::CacheSpec& spec : plan::cache_to_of(target)) {
    words.insert(words.end(), {"--cache-to", spec.str()});
  }
  return core::shell_joined(words) + "\n";
}

}  // namespace buildcache::report
