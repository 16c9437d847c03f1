#include "commands/mounts_clear.hpp"

#include "commands/mounts_scene.hpp"
#include "commands/stored_mount.hpp"
#include "commands/verbose.hpp"
#include "core/digest.hpp"
#include "core/text.hpp"
#include "mounts/generation.hpp"
#include "store/spec.hpp"

#include <fmt/format.h>

#include <string>

namespace buildcache::commands {

namespace {

using core::Result;

// Returns what was done; an error when something is still there.
Result<std::string> clear(store::Blobs& blobs, const store::CacheRef& ref) {
  const auto bytes = blobs.find_manifest(ref);
  if (!bytes) {
    return tl::unexpected(bytes.error());
  }
  if (!*bytes) {
    return "nothing is stored";
  }
  // Whatever it is, it goes; but what is not surely this tag's own goes with no other tag.
  const auto generation = mounts::read_generation(**bytes);
  const bool own = generation && generation->tag == ref.tag;
  const core::Digest manifest = core::Digest::of(**bytes);
  auto removed = blobs.remove_tag(ref);
  if (removed && !*removed && own) {
    removed = blobs.forget(ref.location, manifest);
  }
  if (!removed) {
    return tl::unexpected(removed.error());
  }
  if (own) {
    forget_parent(blobs, {ref, manifest, *generation});
  }
  return *removed ? Result<std::string>("removed")
                  : core::fail(core::ErrorKind::forbidden,
                               "the registry removes nothing on request",
                               "remove it by the registry's own means");
}

// Returns how many places still hold something.
std::size_t clear_mount(const Seams& seams, MountsScene& scene, const plan::MountPlan& mount) {
  const std::string id = core::printable(mount.mount.identity.id);
  if (mount.save.empty()) {
    const std::string& why = mount.why_not.empty() ? mount.no_save_why : mount.why_not;
    seams.out(fmt::format(
        "  {}: nothing of it is this run's to remove ({})\n", id, core::printable(why)));
  }
  std::size_t left = 0;
  for (const store::CacheRef& ref : mount.save) {
    const auto done = clear(scene.connections.blobs(), ref);
    left += done ? 0 : 1;
    seams.out(fmt::format("  {}: {}: {}\n",
                          id,
                          store::display(ref),
                          done ? *done : core::printable(core::describe(done.error()))));
  }
  return left;
}

Result<void> clear_all(const Seams& seams, const CommonOptions& options) {
  const auto scene = set_mounts_scene(seams, options, Asking::what_answers);
  if (!scene) {
    return tl::unexpected(scene.error());
  }
  std::size_t left = 0;
  for (const plan::TargetPlan& target : (*scene)->plan.targets) {
    seams.out("target " + core::printable(target.name) + "\n");
    for (const plan::MountPlan& mount : target.mounts) {
      left += clear_mount(seams, **scene, mount);
    }
  }
  return left == 0
             ? Result<void>()
             : core::fail(core::ErrorKind::bad_response,
                          fmt::format("{} of the stored generations could not be removed", left));
}

}  // namespace

Result<void> mounts_clear(const Seams& seams, const CommonOptions& options) {
  const VerboseSeams verbose(seams, options.verbosity);
  return clear_all(verbose.get(), options);
}

}  // namespace buildcache::commands
