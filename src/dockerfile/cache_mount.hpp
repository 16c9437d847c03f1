// A cache mount of a Dockerfile, with what makes it the one it is. Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::dockerfile {

// BuildKit finds the content of a mount by namespace, id and, when there is one, the content it
// starts from: `from`, or the empty directory that uid, gid and mode ask for (moby/buildkit,
// dockerfile2llb/convert_runmount.go and solver/llbsolver/mounts/mount.go). Target and sharing are
// no part of it, and neither is `source`: steps that name several see folders of one mount.
struct MountIdentity {
  std::string name_space;  // the build argument BUILDKIT_CACHE_MOUNT_NS
  std::string id;          // as BuildKit has it: verbatim, or the target cleaned
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
  std::optional<std::uint32_t> mode;
  std::string from;  // stage, named context or image; empty: none
  // Beside uid, gid and mode: the folder shown instead of theirs. Empty otherwise.
  std::string source;
  bool operator==(const MountIdentity&) const = default;
};

struct CacheMount {
  MountIdentity identity;
  std::string target;              // as the first RUN that uses it mounts it, variables filled in
  bool from_is_stage = false;      // `from` is a stage of the same Dockerfile
  std::vector<int> lines;          // of the RUN instructions that use it, from 1
  std::vector<std::string> flags;  // their --mount flags as written, to know the steps again
  std::string unresolved;          // why the identity is not known; empty: it is
};

}  // namespace buildcache::dockerfile
