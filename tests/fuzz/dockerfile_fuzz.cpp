// Arbitrary text as a Dockerfile: it is read or refused, and every mount found says where it is
// used and by what it is known.
#include "dockerfile/cache_mounts.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace buildcache::dockerfile;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void check(std::string_view text, const BuildInputs& inputs) {
  const auto mounts = cache_mounts(text, inputs);
  if (!mounts) {
    require(mounts.error().kind == buildcache::core::ErrorKind::config &&
            !mounts.error().message.empty());
    return;
  }
  const auto lines = 1 + std::ranges::count(text, '\n');
  for (std::size_t i = 0; i < mounts->size(); ++i) {
    const CacheMount& mount = (*mounts)[i];
    require(!mount.identity.id.empty() && !mount.target.empty());
    require(!mount.lines.empty() && !mount.flags.empty());
    require(std::ranges::all_of(mount.lines, [&](int line) { return line > 0 && line <= lines; }));
    require(std::ranges::all_of(mount.flags,
                                [](const auto& flag) { return flag.starts_with("--mount="); }));
    for (std::size_t other = 0; other < i; ++other) {
      require(!((*mounts)[other].identity == mount.identity &&
                (*mounts)[other].unresolved == mount.unresolved));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text, {});
  check(text,
        {{{"A", "given"}, {"BUILDKIT_CACHE_MOUNT_NS", "ns"}},
         "build",
         "linux/amd64",
         "linux/arm64/v8",
         {"context"}});
  return 0;
}
