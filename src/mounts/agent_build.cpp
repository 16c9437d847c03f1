#include "mounts/agent_build.hpp"

#include <fmt/format.h>

namespace buildcache::mounts {

std::string mount_directory(std::size_t number) {
  return "/mounts/" + std::to_string(number);
}

std::string agent_dockerfile(const std::vector<std::string>& flags) {
  std::string text = fmt::format(
      "FROM scratch AS work\n"
      "ARG {}\n"
      "RUN --network=none \\\n"
      "  --mount=type=bind,target={} \\\n"
      "  --mount=type=cache,id=buildcache-state,target={},sharing=locked \\\n",
      kNonce,
      kInput,
      kState);
  for (const std::string& flag : flags) {
    text += "  " + flag + " \\\n";
  }
  text += fmt::format("  [\"{}/{}\", \"mounts\", \"agent\"]\n", kInput, kBinaryName);
  text += fmt::format("FROM scratch\nCOPY --from=work {}/ /\n", kOutput);
  return text;
}

}  // namespace buildcache::mounts
