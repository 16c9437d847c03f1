#include "commands/mount_plans.hpp"

#include "dockerfile/cache_mounts.hpp"
#include "mounts/agent_build.hpp"
#include "mounts/mount_flag.hpp"
#include "plan/mounts.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace buildcache::commands {

namespace {

constexpr std::size_t kMostDockerfile = 1U << 20U;

std::string dockerfile_of(const plan::Plan& plan, const plan::Build& build) {
  const std::filesystem::path root(plan.directory);
  return build.dockerfile.empty() ? (root / build.context / "Dockerfile").string()
                                  : (root / build.dockerfile).string();
}

// Mounts are carried on builders of our own architecture alone.
constexpr const char* kOwnPlatform =
#if defined(__aarch64__)
    "linux/arm64";
#else
    "linux/amd64";
#endif

// Platforms a build has no say in are the builder's own.
std::vector<std::string> platforms_of(const plan::Plan& plan, const plan::Build& build) {
  if (!build.platforms.empty()) {
    return build.platforms;
  }
  return {plan.capabilities.platforms.empty() ? kOwnPlatform : plan.capabilities.platforms[0]};
}

core::Result<std::vector<dockerfile::CacheMount>> mounts_in(const std::string& text,
                                                            const plan::Plan& plan,
                                                            const plan::Build& build) {
  std::vector<dockerfile::CacheMount> mounts;
  for (const std::string& platform : platforms_of(plan, build)) {
    dockerfile::BuildInputs inputs{build.args, build.stage, platform, platform, {}};
    for (const auto& [name, source] : build.options.contexts) {
      inputs.named_contexts.insert(name);
    }
    auto found = dockerfile::cache_mounts(text, inputs);
    if (!found) {
      return found;
    }
    for (dockerfile::CacheMount& mount : *found) {
      if (std::ranges::find(mounts, mount.identity, &dockerfile::CacheMount::identity) ==
          mounts.end()) {
        mounts.push_back(std::move(mount));
      }
    }
  }
  return mounts;
}

void add_mounts_of(const Seams& seams,
                   const plan::Facts& facts,
                   const plan::Wishes& wishes,
                   plan::Plan& plan,
                   plan::TargetPlan& target) {
  const auto configured =
      std::ranges::find(facts.config.targets, target.name, &config::Target::name);
  if (configured == facts.config.targets.end() || configured->mounts.empty()) {
    return;
  }
  const std::string path = dockerfile_of(plan, target.build);
  const auto text = seams.files.read(path, kMostDockerfile);
  auto found = text ? mounts_in(*text, plan, target.build) : tl::unexpected(text.error());
  if (!found) {
    core::Error error = found.error();
    if (error.position) {
      error.position->file = path;
    }
    plan.notices.push_back({core::Severity::warning,
                            "its cache mounts are not known: " + core::describe(error),
                            "",
                            target.name});
    return;
  }
  target.mounts = plan::mounts_of(facts, wishes, *configured, *found);
  for (plan::MountPlan& mount : target.mounts) {
    const auto flag = mounts::mount_flag(mount.mount, mounts::mount_directory(0));
    if (!flag && mount.why_not.empty()) {
      mount.why_not = core::describe(flag.error());
    }
  }
  std::ranges::move(plan::notices_of_mounts(*configured, *found), std::back_inserter(plan.notices));
}

}  // namespace

void add_mounts(const Seams& seams,
                const plan::Facts& facts,
                const plan::Wishes& wishes,
                plan::Plan& plan) {
  for (plan::TargetPlan& target : plan.targets) {
    add_mounts_of(seams, facts, wishes, plan, target);
  }
}

}  // namespace buildcache::commands
