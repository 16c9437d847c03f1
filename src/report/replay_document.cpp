#include "report/replay_document.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <utility>

namespace buildcache::report {
namespace {

using plan::Finding;

constexpr std::size_t kNameLimit = 60;

double share_of(std::size_t part, std::size_t all) {
  return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
}

Line share_line(std::size_t part, std::size_t all) {
  return {bar(share_of(part, all)), ours(fmt::format(" {} of {}", part, all))};
}

Line number(std::size_t count) {
  return {ours(std::to_string(count))};
}

Line distance(const std::vector<std::size_t>& ascending, std::size_t index) {
  return {ours(ascending.empty() ? "-" : std::to_string(ascending[index]))};
}

Block found_table(const plan::Replayed& replayed) {
  Block block{.kind = Block::Kind::table};
  block.table.titles = {"fallback",
                        "a cache found",
                        "nothing",
                        "distance",
                        "most",
                        "own",
                        "ancestor",
                        "tree base",
                        "fork point",
                        "branch tip",
                        "base tip"};
  const std::size_t builds = replayed.pushes + replayed.changes;
  for (const plan::FallbackTally& list : replayed.lists) {
    const auto& distances = list.distances;
    const std::size_t nothing = list.of(Finding::nothing);
    block.table.rows.push_back({{code(list.name, kNameLimit)},
                                share_line(builds - nothing, builds),
                                number(nothing),
                                distance(distances, distances.size() / 2),
                                distance(distances, distances.size() - (distances.empty() ? 0 : 1)),
                                number(list.of(Finding::own)),
                                number(list.of(Finding::ancestor)),
                                number(list.of(Finding::tree_base)),
                                number(list.of(Finding::fork_point)),
                                number(list.of(Finding::branch_tip)),
                                number(list.of(Finding::base_tip))});
  }
  return block;
}

Block paths_table(const plan::Replayed& replayed) {
  Block block{.kind = Block::Kind::table};
  block.table.titles = {"fallback", "unchanged since the cache", "changed", "cannot be told"};
  const std::size_t builds = replayed.pushes + replayed.changes;
  for (const plan::FallbackTally& list : replayed.lists) {
    block.table.rows.push_back({{code(list.name, kNameLimit)},
                                share_line(list.unchanged, builds),
                                number(list.changed),
                                number(list.untold)});
  }
  return block;
}

}  // namespace

Document replay_document(const plan::Replayed& replayed) {
  Document document;
  document.push_back(
      heading({ours("Caches found in the history of "), text(replayed.branch, kNameLimit)}));
  document.push_back(paragraph({ours(
      fmt::format("{} pushes and {} changes replayed.", replayed.pushes, replayed.changes))}));
  document.push_back(found_table(replayed));
  if (!replayed.paths.empty()) {
    Line line{ours("Builds that found a cache made with these as they are: ")};
    for (std::size_t i = 0; i < replayed.paths.size(); ++i) {
      if (i > 0) {
        line.push_back(ours(", "));
      }
      line.push_back(code(replayed.paths[i]));
    }
    document.push_back(paragraph(std::move(line)));
    document.push_back(paths_table(replayed));
  }
  return document;
}

}  // namespace buildcache::report
