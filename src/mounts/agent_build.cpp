#include "mounts/agent_build.hpp"

#include <fmt/format.h>

namespace buildcache::mounts {

std::string mount_directory(std::size_t number) {
  return "/mounts/" + std::to_string(number);
}

std::string agent_dockerfile(const std::vector<std::string>& flags, Network network) {
  const bool reaches = network == Network::registry;
  const std::string ways =
      reaches ? fmt::format("--mount=type=secret,id={},target={}/config.json,required=true",
                            kAccessSecret,
                            kAccess)
              : "--network=none";
  std::string text = fmt::format(
      "FROM scratch AS work\n"
      "ENV SSL_CERT_FILE={}/{}\n"
      "ARG {}\n"
      "RUN {} \\\n"
      "  --mount=type=bind,target={} \\\n"
      "  --mount=type=cache,id=buildcache-state,target={},sharing=locked \\\n",
      kInput,
      kCertificatesName,
      kNonce,
      ways,
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
