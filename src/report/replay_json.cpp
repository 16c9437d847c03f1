#include "report/replay_json.hpp"

#include <nlohmann/json.hpp>

namespace buildcache::report {
namespace {

using Json = nlohmann::ordered_json;
using plan::Finding;

Json distance_json(const std::vector<std::size_t>& ascending) {
  return ascending.empty()
             ? Json()
             : Json{{"median", ascending[ascending.size() / 2]}, {"most", ascending.back()}};
}

Json list_json(const plan::FallbackTally& list, bool has_paths) {
  return {
      {"name", list.name},
      {"own", list.of(Finding::own)},
      {"ancestor", list.of(Finding::ancestor)},
      {"tree_base", list.of(Finding::tree_base)},
      {"fork_point", list.of(Finding::fork_point)},
      {"branch_tip", list.of(Finding::branch_tip)},
      {"base_tip", list.of(Finding::base_tip)},
      {"nothing", list.of(Finding::nothing)},
      {"distance", distance_json(list.distances)},
      {"paths",
       has_paths
           ? Json{{"unchanged", list.unchanged}, {"changed", list.changed}, {"untold", list.untold}}
           : Json()}};
}

}  // namespace

std::string replay_json(const plan::Replayed& replayed) {
  Json document = {{"version", 1},
                   {"branch", replayed.branch},
                   {"pushes", replayed.pushes},
                   {"changes", replayed.changes},
                   {"paths", replayed.paths},
                   {"lists", Json::array()}};
  for (const plan::FallbackTally& list : replayed.lists) {
    document["lists"].push_back(list_json(list, !replayed.paths.empty()));
  }
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace buildcache::report
