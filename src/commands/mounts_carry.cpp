#include "commands/mounts_carry.hpp"

#include "commands/messages.hpp"
#include "commands/mount_carrier.hpp"
#include "commands/mounts_scene.hpp"
#include "commands/verbose.hpp"
#include "commands/workbench.hpp"
#include "core/text.hpp"
#include "mounts/agent_messages.hpp"
#include "report/mount_words.hpp"

#include <fmt/format.h>

#include <memory>

namespace buildcache::commands {

namespace {

using mounts::AgentAction;

// Mounts of a builder that is gone in a moment are nobody's.
core::Result<void> check_builder(const plan::Plan& plan, const config::Builder& builder) {
  const bool made = (builder.driver == config::Driver::docker_container && !builder.keep_state) ||
                    builder.driver == config::Driver::kubernetes;
  if (plan.builder.create || made) {
    return core::fail(core::ErrorKind::usage,
                      "the builder is made for each run alone, and its mounts go with it",
                      "name a builder that stays (`builder: {use: NAME}`), or let `buildcache run` "
                      "carry the mounts");
  }
  return {};
}

class Carrying {
 public:
  Carrying(const Seams& seams, MountsScene& scene, Workbench& bench)
      : seams_(seams),
        view_(report::make_log_view(seams.err, true)),
        workshop_{seams, scene.connections.store(), *view_, bench.environment(), bench.scratch()},
        carrier_(workshop_, bench.plan(), scene.connections.blobs(), scene.prepared.credentials) {}

  // Returns how many mounts failed.
  std::size_t carry(const plan::TargetPlan& target, AgentAction action) {
    const bool saves = action == AgentAction::save;
    const auto results = saves ? carrier_.save_now(target) : carrier_.restore(target);
    seams_.out("target " + core::printable(target.name) + "\n");
    std::size_t failed = 0;
    for (const report::MountResult& result : results) {
      const report::MountStep& step =
          saves || result.restore.outcome.empty() ? result.save : result.restore;
      seams_.out(fmt::format("  {}: {}\n", core::printable(result.id), report::mount_words(step)));
      failed += step.failed ? 1 : 0;
    }
    if (results.empty()) {
      seams_.out("  no cache mount is carried; `mounts: auto` carries all\n");
    }
    return failed;
  }

 private:
  const Seams& seams_;
  std::unique_ptr<report::ProgressView> view_;
  Workshop workshop_;
  MountCarrier carrier_;
};

core::Result<void> carry_all(const Seams& seams, const CommonOptions& options, AgentAction action) {
  auto scene = set_mounts_scene(seams, options, Asking::engine_must_answer);
  if (!scene) {
    return tl::unexpected(scene.error());
  }
  MountsScene& at = **scene;
  if (auto fit = check_builder(at.plan, at.prepared.config.builder); !fit) {
    return fit;
  }
  auto bench = Workbench::set_up(seams, at.prepared, at.plan);
  if (!bench) {
    return tl::unexpected(bench.error());
  }
  std::size_t failed = 0;
  {
    Carrying carrying(seams, at, **bench);
    for (const plan::TargetPlan& target : (*bench)->plan().targets) {
      failed += seams.interruption.raised() ? 0 : carrying.carry(target, action);
    }
  }
  for (const core::Notice& notice : (*bench)->release()) {
    seams.err(notice_line(notice));
  }
  if (seams.interruption.raised()) {
    return core::fail(core::ErrorKind::cancelled, "interrupted");
  }
  if (failed > 0) {
    return core::fail(core::ErrorKind::bad_response,
                      fmt::format("{} of the mounts could not be {}",
                                  failed,
                                  action == AgentAction::save ? "saved" : "restored"));
  }
  return {};
}

}  // namespace

core::Result<void> mounts_restore(const Seams& seams, const CommonOptions& options) {
  const VerboseSeams verbose(seams, options.verbosity);
  return carry_all(verbose.get(), options, AgentAction::restore);
}

core::Result<void> mounts_save(const Seams& seams, const CommonOptions& options) {
  const VerboseSeams verbose(seams, options.verbosity);
  return carry_all(verbose.get(), options, AgentAction::save);
}

}  // namespace buildcache::commands
