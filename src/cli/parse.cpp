#include "cli/parse.hpp"

#include "cli/words.hpp"
#include "core/text.hpp"

#include <cxxopts.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace buildcache::cli {

std::vector<KnownOption> known_options(const cxxopts::Options& options) {
  std::vector<KnownOption> known;
  for (const std::string& group : options.groups()) {
    for (const auto& detail : options.group_help(group).options) {
      // What a CI platform does not say is an empty variable.
      known.push_back({detail.l.front(), detail.s, !detail.is_boolean, group == kOverrides});
    }
  }
  return known;
}

core::Result<cxxopts::ParseResult> parse(cxxopts::Options& options,
                                         const std::vector<std::string>& words,
                                         const std::string& command) {
  const auto plain = normalised(known_options(options), words, command);
  if (!plain) {
    return tl::unexpected(plain.error());
  }
  std::vector<const char*> argv = {"buildcache"};
  std::ranges::transform(*plain, std::back_inserter(argv), &std::string::c_str);
  try {
    auto parsed = options.parse(static_cast<int>(argv.size()), argv.data());
    if (!parsed.unmatched().empty()) {
      return tl::unexpected(usage_error(
          "unexpected argument " + core::printable(parsed.unmatched().front()), command));
    }
    return parsed;
  } catch (const cxxopts::exceptions::exception& error) {
    return tl::unexpected(usage_error(core::printable(error.what()), command));
  }
}

std::string text_of(const cxxopts::ParseResult& parsed, const std::string& name) {
  return parsed.count(name) > 0 ? parsed[name].as<std::string>() : std::string();
}

std::string help_of(cxxopts::Options options, const std::vector<std::string>& groups) {
  constexpr std::size_t kWidth = 100;
  return options.set_width(kWidth).help(groups);
}

}  // namespace buildcache::cli
