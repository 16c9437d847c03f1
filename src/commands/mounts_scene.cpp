#include "commands/mounts_scene.hpp"

namespace buildcache::commands {

core::Result<std::unique_ptr<MountsScene>> set_mounts_scene(const Seams& seams,
                                                            const CommonOptions& options,
                                                            Asking asking) {
  auto prepared = prepare(seams, options, Reach::network);
  if (!prepared) {
    return tl::unexpected(prepared.error());
  }
  auto scene = std::make_unique<MountsScene>(seams, *std::move(prepared), options.verbosity);
  auto plan =
      make_plan_of(seams, scene->prepared, scene->connections.store(), options.wishes, asking);
  if (!plan) {
    return tl::unexpected(plan.error());
  }
  scene->plan = *std::move(plan);
  return scene;
}

}  // namespace buildcache::commands
