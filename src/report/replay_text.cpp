#include "report/replay_text.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

namespace buildcache::report {
namespace {

using plan::Finding;

constexpr std::size_t kNameLimit = 60;
constexpr std::string_view kRow = "{:<22}{:>8}{:>10}{:>11}{:>12}{:>12}{:>10}{:>9}{:>10}{:>7}\n";

std::string counted(std::size_t count, std::string_view one, std::string_view several) {
  return fmt::format("{} {}", count, count == 1 ? one : several);
}

std::string distance_words(const std::vector<std::size_t>& ascending, std::size_t index) {
  return ascending.empty() ? "-" : std::to_string(ascending[index]);
}

std::string row_of(const plan::FallbackTally& list) {
  const auto& distances = list.distances;
  return fmt::format(kRow,
                     list.name,
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

}  // namespace

std::string replay_text(const plan::Replayed& replayed) {
  std::string text = fmt::format("history of {}: {}, {}\n\n",
                                 core::shortened(core::printable(replayed.branch), kNameLimit),
                                 counted(replayed.pushes, "push", "pushes"),
                                 counted(replayed.changes, "change merged", "changes merged"));
  text += fmt::format(kRow,
                      "fallback",
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
    text += row_of(list);
  }
  return text;
}

}  // namespace buildcache::report
