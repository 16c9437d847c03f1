// Options of `mounts`.
#include "cli/common_options.hpp"
#include "cli/options.hpp"
#include "cli/parse.hpp"
#include "cli/words.hpp"
#include "core/text.hpp"

#include <cxxopts.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace buildcache::cli {

namespace {

using commands::MountsAction;

constexpr std::array<std::pair<std::string_view, MountsAction>, 5> kMountsActions = {
    {{"list", MountsAction::list},
     {"restore", MountsAction::restore},
     {"save", MountsAction::save},
     {"verify", MountsAction::verify},
     {"clear", MountsAction::clear}}};

cxxopts::Options mounts_parser() {
  cxxopts::Options options("buildcache mounts",
                           "Looks after cache mounts that outlive the builder.");
  options.positional_help("list|restore|save|verify|clear");
  options.add_options()(
      "action", "list, restore, save, verify or clear", cxxopts::value<std::string>(), "ACTION");
  options.parse_positional({"action"});
  add_common(options);
  add_overrides(options);
  return options;
}

}  // namespace

core::Result<commands::MountsOptions> read_mounts_options(const std::vector<std::string>& words) {
  auto parser = mounts_parser();
  const auto parsed = parse(parser, words, "mounts");
  if (!parsed) {
    return tl::unexpected(parsed.error());
  }
  const std::string action = text_of(*parsed, "action");
  const auto* const found =
      std::ranges::find(kMountsActions, action, &std::pair<std::string_view, MountsAction>::first);
  if (found == kMountsActions.end()) {
    return tl::unexpected(
        usage_error("mounts takes list, restore, save, verify or clear" +
                        (action.empty() ? "" : ", not " + core::printable(action)),
                    "mounts"));
  }
  auto common = common_of(*parsed, "mounts");
  return common ? core::Result<commands::MountsOptions>({found->second, *std::move(common)})
                : tl::unexpected(common.error());
}

std::vector<KnownOption> mounts_command_options() {
  return known_options(mounts_parser());
}

std::string mounts_help() {
  return help_of(mounts_parser(), {"common", kOverrides}) + R"(
Looks after the cache mounts (RUN --mount=type=cache) that a target's `mounts` names:
  list     the lines of the Dockerfile that use each, and the generation `run` would restore
  restore  fills them on a builder that stays, but none that has something in it
  save     stores them as they are on the builder, as far as this run may
  verify   reads every generation this run could restore, and verifies all of it
  clear    removes the generations this run would replace
`run` restores and saves by itself. docs/mounts.md has more.

Examples:
  buildcache mounts list --target api
  buildcache mounts verify --branch main
)";
}

}  // namespace buildcache::cli
