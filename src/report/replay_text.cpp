#include "report/replay_text.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace buildcache::report {
namespace {

using plan::Finding;

constexpr std::size_t kNameLimit = 60;
constexpr std::size_t kNameWidth = 22;
constexpr std::string_view kRow = "{:<{}}{:>8}{:>10}{:>11}{:>12}{:>12}{:>10}{:>9}{:>10}{:>7}\n";

std::string counted(std::size_t count, std::string_view one, std::string_view several) {
  return fmt::format("{} {}", count, count == 1 ? one : several);
}

std::string distance_words(const std::vector<std::size_t>& ascending, std::size_t index) {
  return ascending.empty() ? "-" : std::to_string(ascending[index]);
}

std::string shown_name(const plan::FallbackTally& list) {
  return core::shortened(core::printable(list.name), kNameLimit);
}

// Names stand in a column that the longest of them fits in.
std::size_t name_width(const plan::Replayed& replayed) {
  std::size_t width = kNameWidth;
  for (const plan::FallbackTally& list : replayed.lists) {
    width = std::max(width, shown_name(list).size() + 1);
  }
  return width;
}

std::string row_of(const plan::FallbackTally& list, std::size_t width) {
  const auto& distances = list.distances;
  return fmt::format(kRow,
                     shown_name(list),
                     width,
                     list.of(Finding::own),
                     list.of(Finding::ancestor),
                     list.of(Finding::tree_base),
                     list.of(Finding::fork_point),
                     list.of(Finding::branch_tip),
                     list.of(Finding::base_tip),
                     list.of(Finding::nothing),
                     distance_words(distances, distances.size() / 2),
                     distance_words(distances, distances.size() - (distances.empty() ? 0 : 1)));
}

std::string paths_text(const plan::Replayed& replayed, std::size_t width) {
  std::string text = "\npaths";
  for (const std::string& path : replayed.paths) {
    text += " " + core::printable(path);
  }
  text += fmt::format(
      "\n{:<{}}{:>11}{:>9}{:>16}\n", "fallback", width, "unchanged", "changed", "cannot be told");
  for (const plan::FallbackTally& list : replayed.lists) {
    text += fmt::format("{:<{}}{:>11}{:>9}{:>16}\n",
                        shown_name(list),
                        width,
                        list.unchanged,
                        list.changed,
                        list.untold);
  }
  return text;
}

}  // namespace

std::string replay_text(const plan::Replayed& replayed) {
  std::string text = fmt::format("history of {}: {}, {}\n\n",
                                 core::shortened(core::printable(replayed.branch), kNameLimit),
                                 counted(replayed.pushes, "push", "pushes"),
                                 counted(replayed.changes, "change", "changes"));
  const std::size_t width = name_width(replayed);
  text += fmt::format(kRow,
                      "fallback",
                      width,
                      "own",
                      "ancestor",
                      "tree base",
                      "fork point",
                      "branch tip",
                      "base tip",
                      "nothing",
                      "distance",
                      "most");
  for (const plan::FallbackTally& list : replayed.lists) {
    text += row_of(list, width);
  }
  if (!replayed.paths.empty()) {
    text += paths_text(replayed, width);
  }
  return text;
}

}  // namespace buildcache::report
