#include "commands/built_images.hpp"

#include "docker/oci_layout.hpp"
#include "plan/target_contexts.hpp"

#include <algorithm>
#include <utility>

namespace buildcache::commands {

namespace {

constexpr std::size_t kMaxIndexBytes = 1U << 20U;

}  // namespace

BuiltImages::BuiltImages(sys::Files& files, const plan::Plan& plan, std::string layouts)
    : files_(files), plan_(plan), layouts_(std::move(layouts)) {}

void BuiltImages::remember(const plan::TargetPlan& target, const report::TargetResult& result) {
  std::string digest = result.product.image_digest;
  if (!target.build.layout.empty()) {
    const std::string index = layouts_ + target.build.layout + "/index.json";
    digest = docker::digest_in_layout(files_.read(index, kMaxIndexBytes).value_or(""));
  }
  const std::scoped_lock lock(mutex_);
  digests_[target.name] = std::move(digest);
}

plan::TargetPlan BuiltImages::pinned(const plan::TargetPlan& target) {
  plan::TargetPlan own = target;
  for (const auto& [context, name] : target.build.target_contexts) {
    const auto built = std::ranges::find(plan_.targets, name, &plan::TargetPlan::name);
    if (built == plan_.targets.end()) {
      continue;
    }
    const std::scoped_lock lock(mutex_);
    own.build.options.contexts[context] = plan::context_of(*built, layouts_, digests_[name]);
  }
  return own;
}

}  // namespace buildcache::commands
