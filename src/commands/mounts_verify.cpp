#include "commands/mounts_verify.hpp"

#include "commands/mounts_scene.hpp"
#include "commands/stored_mount.hpp"
#include "commands/verbose.hpp"
#include "core/text.hpp"
#include "mounts/index_codec.hpp"
#include "mounts/pack_reader.hpp"
#include "store/spec.hpp"

#include <fmt/format.h>

#include <string>

namespace buildcache::commands {

namespace {

using core::Result;

constexpr std::size_t kPacksAtOnce = 4;  // each is in memory while it is read

// What there is to say of a place that holds something.
struct Finding {
  std::string words;
  bool broken = false;
};

Result<Finding> verify(store::Blobs& blobs, const StoredMount& stored) {
  const auto blob = fetch_index(blobs, stored);
  const auto index = blob ? mounts::decode(*blob) : tl::unexpected(blob.error());
  if (!index) {
    return tl::unexpected(index.error());
  }
  const auto verified = mounts::verify_packs(
      *index,
      [&](const core::Digest& digest, std::size_t most) {
        return blobs.get(stored.ref.location, digest, most);
      },
      kPacksAtOnce);
  if (!verified) {
    return tl::unexpected(verified.error());
  }
  return Finding{fmt::format("whole: {} in {} entries",
                             core::human_size(mounts::content_bytes(*index)),
                             index->entries.size())};
}

// Empty words: nothing is there.
Finding look_at(store::Blobs& blobs, const store::CacheRef& ref, config::TrustLevel level) {
  std::string trouble;
  const auto stored = find_stored(blobs, {ref}, level, trouble);
  if (!stored) {
    return {core::printable(trouble), !trouble.empty()};
  }
  const auto finding = verify(blobs, *stored);
  return finding ? *finding
                 : Finding{store::display(ref) + ": " +
                               core::printable(core::describe(finding.error())),
                           true};
}

// Returns how many of the mount's generations are broken.
std::size_t verify_mount(const Seams& seams, MountsScene& scene, const plan::MountPlan& mount) {
  seams.out("  " + core::printable(mount.mount.identity.id) + "\n");
  std::size_t broken = 0;
  for (const store::CacheRef& ref : mount.restore) {
    const Finding finding = look_at(scene.connections.blobs(), ref, scene.plan.trust.level);
    broken += finding.broken ? 1 : 0;
    if (!finding.words.empty()) {
      seams.out("    " + (finding.broken ? "" : store::display(ref) + ": ") + finding.words + "\n");
    }
  }
  return broken;
}

Result<void> verify_all(const Seams& seams, const CommonOptions& options) {
  const auto scene = set_mounts_scene(seams, options, Asking::what_answers);
  if (!scene) {
    return tl::unexpected(scene.error());
  }
  std::size_t broken = 0;
  for (const plan::TargetPlan& target : (*scene)->plan.targets) {
    seams.out("target " + core::printable(target.name) + "\n");
    for (const plan::MountPlan& mount : target.mounts) {
      broken += verify_mount(seams, **scene, mount);
    }
  }
  if (broken > 0) {
    return core::fail(core::ErrorKind::bad_response,
                      fmt::format("{} of the stored generations cannot be restored", broken),
                      "`buildcache mounts clear` removes those this run would save to; the next "
                      "build then stores them anew");
  }
  return {};
}

}  // namespace

Result<void> mounts_verify(const Seams& seams, const CommonOptions& options) {
  const VerboseSeams verbose(seams, options.verbosity);
  return verify_all(verbose.get(), options);
}

}  // namespace buildcache::commands
