#include "commands/build_plan.hpp"

#include "commands/build_target.hpp"
#include "commands/built_images.hpp"
#include "commands/messages.hpp"
#include "commands/mount_carrier.hpp"
#include "commands/schedule.hpp"
#include "commands/workbench.hpp"
#include "report/progress_view.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace buildcache::commands {

namespace {

using std::chrono::milliseconds;

// BuildKit itself bounds its work; this bounds our processes.
constexpr std::size_t kTargetsAtOnce = 4;
constexpr milliseconds kTick{200};

// The live picture's heartbeat.
class Ticker {
 public:
  Ticker(report::ProgressView& view, sys::Clock& clock)
      : thread_([&view, &clock](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            clock.sleep_for(kTick, stop);
            view.tick();
          }
        }) {}

 private:
  std::jthread thread_;
};

std::unique_ptr<report::ProgressView> make_view(const Seams& seams, bool several_targets) {
  if (!seams.err_is_terminal) {
    return report::make_log_view(seams.err, several_targets);
  }
  const auto now = [&clock = seams.clock] {
    return std::chrono::duration_cast<milliseconds>(clock.steady().time_since_epoch());
  };
  return report::make_terminal_view(seams.err, seams.terminal, now, several_targets);
}

void add_phases(report::RunResult& result, const MountCarrier::Spent& mounts) {
  milliseconds build{0};
  milliseconds exporting{0};
  for (const report::TargetResult& target : result.targets) {
    build += target.product.wall;
    exporting += target.cache_export ? target.cache_export->wall : milliseconds{0};
  }
  const bool has_mounts = std::ranges::any_of(
      result.targets, [](const report::TargetResult& target) { return !target.mounts.empty(); });
  if (has_mounts) {
    result.phases.emplace_back("mounts restored", mounts.restoring);
  }
  result.phases.emplace_back("build", build);
  result.phases.emplace_back("cache export", exporting);
  if (has_mounts) {
    result.phases.emplace_back("mounts saved", mounts.saving);
  }
}

}  // namespace

core::Result<report::RunResult> build_plan(const Seams& seams,
                                           const Prepared& prepared,
                                           const plan::Plan& plan,
                                           Connections& connections,
                                           ci::Delivery& delivery) {
  const auto start = seams.clock.steady();
  auto bench = Workbench::set_up(seams, prepared, plan);
  if (!bench) {
    return tl::unexpected(bench.error());
  }
  const plan::Plan& ready = (*bench)->plan();
  report::RunResult result;
  result.notices = (*bench)->builder_notices();
  for (core::Notice& notice : (*bench)->platform_notices()) {
    seams.err(notice_line(notice));
    result.notices.push_back(std::move(notice));
  }
  result.phases.emplace_back(
      "builder", std::chrono::duration_cast<milliseconds>(seams.clock.steady() - start));

  MountCarrier::Spent spent;
  delivery.begin_group("Build");
  delivery.begin_foreign_output();
  {
    const auto view = make_view(seams, plan.targets.size() > 1);
    const Ticker ticker(*view, seams.clock);
    BuiltImages images(seams.files, ready, (*bench)->scratch() + "/");
    const Workshop workshop{
        seams, connections.store(), *view, (*bench)->environment(), (*bench)->scratch()};
    MountCarrier carrier(workshop, ready, connections.blobs(), prepared.credentials);
    result.targets = run_targets(
        ready,
        kTargetsAtOnce,
        [&](const plan::TargetPlan& target) {
          auto mounts = carrier.restore(target);
          report::TargetResult built = build_target(
              workshop, ready, images.pinned(target), [&](const docker::SolveResult& product) {
                carrier.save(target, product, mounts);
              });
          built.mounts = std::move(mounts);
          images.remember(target, built);
          return built;
        },
        [&] { return seams.interruption.raised(); });
    spent = carrier.spent();
  }
  delivery.end_foreign_output();
  delivery.end_group();
  add_phases(result, spent);

  std::ranges::move((*bench)->release(), std::back_inserter(result.notices));
  return result;
}

}  // namespace buildcache::commands
