#include "commands/mounts_list.hpp"

#include "commands/mounts_scene.hpp"
#include "commands/stored_mount.hpp"
#include "commands/verbose.hpp"
#include "core/text.hpp"
#include "store/spec.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace buildcache::commands {

namespace {

std::string identity_words(const dockerfile::MountIdentity& identity) {
  std::string text = core::printable(identity.id);
  text += identity.name_space.empty() ? "" : " namespace=" + core::printable(identity.name_space);
  text += identity.from.empty() ? "" : " from=" + core::printable(identity.from);
  text += identity.source.empty() ? "" : " source=" + core::printable(identity.source);
  text += identity.uid ? fmt::format(" uid={}", *identity.uid) : "";
  text += identity.gid ? fmt::format(" gid={}", *identity.gid) : "";
  text += identity.mode ? fmt::format(" mode={:04o}", *identity.mode) : "";
  return text;
}

// What people are surprised by once the mount outlives the builder; empty: nothing.
std::string hint_of(const dockerfile::MountIdentity& identity) {
  const std::string name = identity.id.substr(identity.id.rfind('/') + 1);
  return name == "target" ? "cargo compares the times of sources with it: a fresh checkout builds "
                            "its own crates again, the dependencies stay fresh"
                          : "";
}

std::string lines_words(const std::vector<int>& lines) {
  std::string text = lines.size() == 1 ? "line" : "lines";
  for (const int line : lines) {
    text += " " + std::to_string(line);
  }
  return text;
}

std::string stored_words(store::Blobs& blobs,
                         const plan::MountPlan& mount,
                         config::TrustLevel level) {
  if (!mount.why_not.empty()) {
    return "left alone: " + core::printable(mount.why_not);
  }
  std::string trouble;
  const auto stored = find_stored(blobs, mount.restore, level, trouble);
  if (!stored) {
    return trouble.empty() ? "nothing is stored yet" : core::printable(trouble);
  }
  const mounts::Generation& generation = stored->generation;
  return fmt::format("{}: {} in {} entries, {} stored",
                     store::display(stored->ref),
                     core::human_size(generation.content),
                     generation.entries,
                     core::human_size(generation.index_bytes + generation.pack_bytes));
}

core::Result<void> tell(const Seams& seams, const CommonOptions& options) {
  const auto scene = set_mounts_scene(seams, options, Asking::what_answers);
  if (!scene) {
    return tl::unexpected(scene.error());
  }
  const plan::Plan& plan = (*scene)->plan;
  store::Blobs& blobs = (*scene)->connections.blobs();
  for (const plan::TargetPlan& target : plan.targets) {
    seams.out("target " + core::printable(target.name) + "\n");
    for (const plan::MountPlan& mount : target.mounts) {
      seams.out("  " + identity_words(mount.mount.identity) + " (" +
                lines_words(mount.mount.lines) + ")\n    " +
                stored_words(blobs, mount, plan.trust.level) + "\n");
      if (const std::string hint = hint_of(mount.mount.identity); !hint.empty()) {
        seams.out("    hint: " + hint + "\n");
      }
    }
    if (target.mounts.empty()) {
      seams.out("  no cache mount is carried; `mounts: auto` carries all\n");
    }
  }
  return {};
}

}  // namespace

core::Result<void> mounts_list(const Seams& seams, const CommonOptions& options) {
  const VerboseSeams verbose(seams, options.verbosity);
  return tell(verbose.get(), options);
}

}  // namespace buildcache::commands
