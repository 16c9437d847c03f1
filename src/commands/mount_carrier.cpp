#include "commands/mount_carrier.hpp"

#include "commands/restore_mounts.hpp"
#include "commands/save_mounts.hpp"
#include "core/text.hpp"
#include "plan/mounts.hpp"

#include <algorithm>
#include <utility>

namespace buildcache::commands {

namespace {

std::string without_quotes(std::string text) {
  std::erase_if(text, [](char c) { return c == '"' || c == '\'' || c == '\\'; });
  return text;
}

// Whether a step that ran may have changed the mount. BuildKit tells a step by the instruction as
// it is written, but with variables filled in: of a flag with variables any step with a cache mount
// may be.
bool is_used(const dockerfile::CacheMount& mount, const std::vector<docker::Step>& steps) {
  const bool any = std::ranges::any_of(
      mount.flags, [](const std::string& flag) { return flag.find('$') != std::string::npos; });
  return std::ranges::any_of(steps, [&](const docker::Step& step) {
    const std::string name = without_quotes(step.name);
    if (!step.started || step.cached || name.find("type=cache") == std::string::npos) {
      return false;
    }
    return any || std::ranges::any_of(mount.flags, [&](const std::string& flag) {
             const std::string value = flag.substr(flag.find('=') + 1);
             return name.find(without_quotes(value)) != std::string::npos;
           });
  });
}

report::MountStep without_work(std::string outcome, std::string why) {
  report::MountStep step;
  step.outcome = std::move(outcome);
  step.why = std::move(why);
  return step;
}

std::string why_not_saved(const plan::MountPlan& mount, const docker::SolveResult& product) {
  if (mount.save.empty()) {
    return mount.no_save_why;
  }
  if (mount.rule.save == config::SaveMount::always) {
    return {};
  }
  return is_used(mount.mount, product.steps) ? std::string() : "no step used it";
}

}  // namespace

std::vector<report::MountResult> MountCarrier::restore(const plan::TargetPlan& target) {
  const std::lock_guard lock(mutex_);
  std::vector<report::MountResult> results;
  std::vector<MountJob> jobs;
  for (const plan::MountPlan& mount : target.mounts) {
    results.push_back({core::printable(mount.mount.identity.id), {}, {}});
    if (!mount.why_not.empty()) {
      results.back().restore = without_work("left alone", mount.why_not);
    } else if (!restored_.contains(plan::key_of(mount.mount.identity))) {
      jobs.push_back({&mount, {}, false});
    }
  }
  if (!jobs.empty()) {
    timed(target.name + ": restoring its cache mounts", spent_.restoring, [&] {
      restore_mounts({workshop_, plan_, target, blobs_, route_}, jobs);
    });
  }
  for (MountJob& job : jobs) {
    restored_[plan::key_of(job.mount->mount.identity)] = std::move(job.step);
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (target.mounts[i].why_not.empty()) {
      results[i].restore = restored_[plan::key_of(target.mounts[i].mount.identity)];
    }
  }
  return results;
}

void MountCarrier::save(const plan::TargetPlan& target,
                        const docker::SolveResult& product,
                        std::vector<report::MountResult>& mounts) {
  save_those(
      target,
      [&product](const plan::MountPlan& mount) { return why_not_saved(mount, product); },
      mounts);
}

std::vector<report::MountResult> MountCarrier::save_now(const plan::TargetPlan& target) {
  std::vector<report::MountResult> results;
  for (const plan::MountPlan& mount : target.mounts) {
    results.push_back({core::printable(mount.mount.identity.id), {}, {}});
    if (!mount.why_not.empty()) {
      results.back().save = without_work("left alone", mount.why_not);
    }
  }
  save_those(
      target,
      [](const plan::MountPlan& mount) {
        return mount.save.empty() ? mount.no_save_why : std::string();
      },
      results);
  return results;
}

void MountCarrier::save_those(const plan::TargetPlan& target,
                              const WhyNot& why_not,
                              std::vector<report::MountResult>& results) {
  const std::lock_guard lock(mutex_);
  std::vector<MountJob> jobs;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < target.mounts.size() && i < results.size(); ++i) {
    const plan::MountPlan& mount = target.mounts[i];
    if (!mount.why_not.empty()) {
      continue;
    }
    if (const std::string why = why_not(mount); !why.empty()) {
      results[i].save = without_work("not saved", why);
      continue;
    }
    jobs.push_back({&mount, {}, results[i].restore.failed});
    places.push_back(i);
  }
  if (!jobs.empty()) {
    timed(target.name + ": saving its cache mounts", spent_.saving, [&] {
      save_mounts({workshop_, plan_, target, blobs_, route_}, jobs);
    });
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    results[places[i]].save = std::move(jobs[i].step);
  }
}

void MountCarrier::timed(const std::string& what,
                         std::chrono::milliseconds& sum,
                         const std::function<void()>& work) {
  sys::Clock& clock = workshop_.seams.clock;
  const auto begin = clock.steady();
  workshop_.view.line(what);
  work();
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady() - begin);
  workshop_.view.line(what + " took " + core::human_duration(took));
  sum += took;
}

MountCarrier::Spent MountCarrier::spent() {
  const std::lock_guard lock(mutex_);
  return spent_;
}

}  // namespace buildcache::commands
