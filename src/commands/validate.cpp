#include "commands/validate.hpp"

#include "commands/prepare.hpp"
#include "config/load.hpp"

namespace buildcache::commands {

core::Result<void> validate(const Seams& seams, const ValidateOptions& options) {
  CommonOptions common;
  common.file = options.file.empty() ? ".buildcache.yml" : options.file;
  const auto config = load_config(seams, common);
  if (!config) {
    return tl::unexpected(config.error());
  }
  const std::size_t count = config->targets.size();
  seams.err(common.file + " is valid: " + std::to_string(count) +
            (count == 1 ? " target\n" : " targets\n"));
  return {};
}

core::Result<void> schema(const Seams& seams) {
  seams.out(config::schema_json());
  return {};
}

}  // namespace buildcache::commands
